// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The statement that a run writes about what it made, beside its folder.
enum RunStatement {
  /// Where it is to lie.
  ///
  /// - Throws: `wouldOverwrite` where one lies there and may not be replaced.
  static func check(_ experiment: String, replacing: Bool) throws(CheckpointError) -> String {
    let path = ProvenanceRecord.path(of: experiment)
    // The folder of the experiment's folder is made too, if it is missing; then nothing lies in it.
    let parent = FilePath.folder(of: path)
    guard parent.isEmpty || FileSystem.kind(of: parent) != .absent else { return path }
    return try ProvenanceRecord.check(experiment, replacing: replacing)
  }

  /// Hashes all that a run is going to read, before its first step.
  static func begin(
    _ account: RunAccount, _ experiment: String, replacing: Bool
  ) throws(CheckpointError) -> ProvenanceRecord {
    try ProvenanceRecord(of: account, to: experiment, by: "resect-train", replacing: replacing)
  }
}

extension RunOptions {
  /// What the result depends on, in words, but for names of files, which are inputs of their own.
  ///
  /// - Parameter named: the options whose values are names here.
  func words(
    _ order: RowOrder, seed: UInt64, batchSize: Int, without named: [String]
  ) -> [Text: Text] {
    var words: [Text: Text] = ["--seed": Text(seed), "--batch-size": Text(batchSize)]
    for (name, value) in scheduleNumbers { words[Text(name)] = Text(figure: value) }
    for (name, value) in fixedWords where !value.isEmpty { words[Text(name)] = Text(value) }
    for name in named { words[Text(name)] = nil }
    if case .recorded = order { words["--order"] = nil }
    return words
  }
}

extension Text {
  /// `20` and `0.005`, as they are typed.
  init(figure value: Double) {
    self = Int(exactly: value).map { Text($0) } ?? "\(value)"
  }
}

extension RowOrder {
  /// The file that says the order, as an input.
  var input: RunAccount.Input? {
    if case .recorded(let file) = self { .init("order", file.path, isCheckpoint: false) } else { nil }
  }
}

extension RunAccount.Data {
  /// Recordings that a list names, or a folder holds.
  ///
  /// - Parameter tables: what was read beside the list.
  init(_ role: Text, _ manifest: Manifest, tables: [String] = []) {
    let isFolder = FileSystem.kind(of: manifest.source) == .folder
    self.init(
      role, manifest.source, lists: isFolder ? [] : [manifest.source] + tables,
      recordings: manifest.items.map(\.path))
  }

  /// Recordings to augment with.
  init(_ role: Text, _ sounds: SoundList) {
    let isFolder = FileSystem.kind(of: sounds.source) == .folder
    self.init(role, sounds.source, lists: isFolder ? [] : [sounds.source], recordings: sounds.paths)
  }

  /// Impulse responses, which may be the rows of one file.
  init(_ role: Text, _ impulses: ImpulseResponses) {
    guard let list = impulses.list else {
      self.init(role, impulses.path, lists: [impulses.path], recordings: [])
      return
    }
    self.init(role, list)
  }

  /// Both kinds, as far as there are any.
  static func augmentation(_ noises: SoundList?, _ impulses: ImpulseResponses?) -> [Self] {
    (noises.map { [.init("noise", $0)] } ?? []) + (impulses.map { [.init("rir", $0)] } ?? [])
  }
}

extension Manifest {
  /// The table of speakers that was read beside a `wav.scp`.
  func speakerTables(named utt2spk: String?) -> [String] {
    guard FilePath.suffix(of: source) == "scp" else { return [] }
    return [utt2spk ?? FilePath.join(FilePath.folder(of: source), "utt2spk")]
  }
}
