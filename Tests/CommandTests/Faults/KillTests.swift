// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Commands that are killed (SIGKILL) at times spread over all that they take: what stood at the destination still stands
/// there, or the whole new output does, and one further run leaves nothing over. A thousand kills in `make soak`.
@Suite struct KillTests {
  private static let files = [
    "strip a.pth -o o.pth --keep-removed o.rest", "edit a.pth -o o.pth plain 'drop optimizer'",
    "edit b.pth -o o.pth --restore b.rest --keep-opaque", "convert b.pth -o o.safetensors",
    "convert b.pth -o o.npz --compress", "convert b.pth -o o.pth --to torch-legacy",
    "merge b.pth b.pth -o o.pth",
  ]

  private static let folders = [
    "convert b.pth -o o --to dcp", "convert b.pth -o o --to safetensors --shard-size 20000B",
    "convert b.pth -o o --to 3dspeaker --classes 3 --unixtime 1",
  ]

  private static let preparation = """
    cp $FIXTURES/checkpoints/rdino-tiny-torch1.13.pth a.pth
    resect strip a.pth -o b.pth --keep-removed b.rest > said && cp a.pth old
    mkdir w && cp $FIXTURES/audio/tone-8k.wav w/1.wav && cp $FIXTURES/audio/tone-8k.wav w/2.wav
    """

  /// Runs `command` undisturbed, has `keep` put its outputs into `right`, and then kills it so often: `before` each time,
  /// and what `after` prints is wrong.
  private func kill(
    _ command: String, times: Int, keep: String, before: String, after: String
  ) throws -> Transcript.Step {
    let folder = try Shell.Folder()
    let script = """
      \(Self.preparation)
      begun=$(date +%s%N); \(command) > said 2>&1 || echo failed; ended=$(date +%s%N)
      mkdir right && \(keep)
      kills=0
      while [ $kills -lt \(times) ]; do
        \(before)
        seconds=$(awk "BEGIN { print 1.05e-9 * ($ended - $begun) * ($kills + 0.5) / \(times) }")
        timeout -s KILL $seconds \(command) > said 2>&1
        \(after)
        kills=$((kills + 1))
      done
      \(before)
      \(command) > said 2>&1 || echo failed; find . -name '*.resect-??????????'
      """
    return try Shell.run(script, in: folder.path)
  }

  @Test(arguments: files)
  func `a file is the old one or the whole new one`(_ command: String) throws {
    let result = try kill(
      "resect \(command) --force", times: Soak.isOn ? 90 : 2, keep: "mv o.* right",
      before: "rm -f o.*; for file in right/*; do cp old ${file#right/}; done",
      after: """
        for file in right/*; do
          name=${file#right/}
          cmp -s $name old || cmp -s $name $file || echo "$name is torn after $seconds s"
        done
        """)
    #expect(result.output == [] && result.errors == [], "\(result)")
  }

  @Test(arguments: folders)
  func `a folder is not there or whole`(_ command: String) throws {
    let result = try kill(
      "resect \(command)", times: Soak.isOn ? 70 : 2, keep: "mv o right", before: "rm -rf o",
      after: "[ ! -e o ] || diff -r o right/o || echo \"torn after $seconds s\"")
    #expect(result.output == [] && result.errors == [], "\(result)")
  }

  private static let runs = [
    "finetune --backbone b.pth --data $FIXTURES/train/train.csv --crop-frames 16 --batch-size 2 --epochs 2 --save-steps 1 --best-by loss"
      + " --threads 2 -o x --resume",
    "finetune --backbone b.pth --data $FIXTURES/train/train.csv --crop-frames 16 --batch-size 4 --epochs 2 --save-steps 1"
      + " --validate $FIXTURES/train/train.csv --average 2 --blend --threads 2 -o x --resume",
    "dino --init rdino --data w --channels 8 --attention 4 --embedding 8 --hidden 16 --add-dim 16 --bottleneck 8"
      + " --out-dim 32 --epochs 3 --batch-size 2 --frames 40 --warmup-epochs 1 --save-steps 1 --threads 2 -o x"
      + " --resume x/models/checkpoint.pth",
  ]

  @Test(arguments: runs)
  func `a run that goes on ends bit for bit as if nothing had been`(_ command: String) throws {
    let result = try kill(
      "resect-train \(command)", times: Soak.isOn ? 90 : 2, keep: "mv x right", before: "rm -rf x",
      after: """
        resect-train \(command) > said 2>&1 || tail -n 1 said
        diff -r -I '^unixtime' right/x/models x/models || echo "other after $seconds s"
        find x -name '*.resect-??????????'
        """)
    #expect(result.output == [] && result.errors == [], "\(result)")
  }

  #if DEBUG
    @Test(arguments: runs)
    func `a run that was killed between any two files goes on to the same files`(_ command: String) throws {
      let words = "resect-train \(command)"
      let script = """
        \(Self.preparation)
        RESECT_FAULT_LOG=$PWD/calls \(words) > said 2>&1 || echo failed
        mv x right
        for call in link rename; do
          count=$(grep -c "^$call$" calls)
          for number in $(seq 1 \(Soak.isOn ? "1" : "$((count / 8 + 1))") $count); do
            rm -rf x
            RESECT_FAULT=$call:$number:kill \(words) > said 2>&1 && echo "$call $number of $count never came"
            \(words) > said 2>&1 || tail -n 1 said
            diff -r -x 'metrics*' -x 'events*' -I '^unixtime' right x || echo "other after $call $number of $count"
          done
        done
        """
      let folder = try Shell.Folder()
      let result = try Shell.run(script, in: folder.path)
      #expect(result.output == [] && result.errors == [], "\(result)")
    }
  #endif
}
