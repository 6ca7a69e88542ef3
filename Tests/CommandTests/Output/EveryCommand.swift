// SPDX-License-Identifier: Apache-2.0

/// A call of every command of both programs that says something on standard output and ends with 0 or 1.
enum EveryCommand {
  /// Makes the files that the calls need.
  static let preparation = """
    cp $FIXTURES/checkpoints/rdino-tiny-torch1.13.pth a.pth
    resect strip a.pth -o b.pth --keep-removed h.pth > report.txt
    resect strip a.pth -o p.pth --provenance >> report.txt
    resect-train embed --model b.pth $FIXTURES/train -o e.npz >> report.txt
    printf 'anna-0 anna-1 target\\nanna-0 ben-0 nontarget\\n' > trials
    resect-train score --embeddings e.npz --trials trials --scores scored >> report.txt
    resect-train enroll --model b.pth --data $FIXTURES/train/train.csv -o s.npz >> report.txt 2>&1
    mkdir w && cp $FIXTURES/audio/tone-8k.wav w/1.wav && cp $FIXTURES/audio/tone-8k.wav w/2.wav
    head -c 400000 a.pth > cut.pth
    cp $FIXTURES/checkpoints/rdino-tiny-epoch1-torch1.13.pth r.pth
    mkdir exp && printf 'finite\\n' > policy
    printf '{"epoch":1,"iteration":1,"kind":"step","loss/step":2.5,"lr":0.01,"schema":1,"step":1,"time":1}\\n' \
      > exp/metrics.jsonl
    """

  static let reading = [
    "resect ls a.pth", "resect ls a.pth --hash", "resect ls --textconv a.pth", "resect tree a.pth",
    "resect show b.pth blocks.0.conv.conv.weight", "resect cat b.pth blocks.0.conv.conv.weight",
    "resect ls b.pth --places", "resect diff a.pth b.pth", "resect diff b.pth b.pth --md",
    "resect fit b.pth --to b.pth", "resect strip a.pth --print-recipe", "resect strip a.pth --dry-run",
    "resect edit b.pth 'cast float16' --dry-run", "resect convert b.pth --to npz --dry-run",
    "resect merge b.pth b.pth --dry-run", "resect why a.pth teacher/module.backbone.fc.conv.weight",
    "resect verify a.pth", "resect verify --provenance --chain p.pth.provenance.json",
    "resect scan a.pth", "resect check policy b.pth", "resect ls - < b.pth", "cat b.pth | resect tree -",
    "resect edit b.pth -o - 'cast float16'", "resect git-setup", "resect git-setup --external",
    "resect doctor",
    "resect-train doctor",
    "resect-train score --embeddings e.npz --trials trials", "resect-train spec --list",
    "resect-train spec 3dspeaker/campplus-192",
    "resect-train identify --speakers s.npz --model b.pth $FIXTURES/train/anna-0.npy --threshold 0",
    "resect-train compare $FIXTURES/train/anna-0.npy $FIXTURES/train/ben-0.npy --model b.pth --threshold 1",
    "resect-train finetune --backbone b.pth --data $FIXTURES/train/train.csv -o x --crop-frames 20 --batch-size 4 --dry-run",
    "resect-train dino --resume r.pth --data w -o x --frames 20 --batch-size 2 --warmup-epochs 1 --epochs 2 --dry-run",
  ]

  /// Each with the file that it writes before it speaks.
  static let writing: [(command: String, output: String)] = [
    ("resect strip a.pth -o o.pth", "o.pth"), ("resect edit b.pth -o o.pth 'cast float16'", "o.pth"),
    ("resect strip a.pth -o o.pth --keep-removed o.rest", "o.rest"),
    ("resect edit b.pth -o o.pth --restore h.pth --keep-opaque", "o.pth"),
    ("resect convert b.pth -o o.npz", "o.npz"), ("resect convert b.pth --to dcp -o o", "o/.metadata"),
    ("resect merge b.pth b.pth -o o.pth", "o.pth"),
    ("resect merge p.pth b.pth -o o.pth --provenance", "o.pth.provenance.json"),
    ("resect verify cut.pth --salvage o.pth", "o.pth"),
    ("resect diff a.pth b.pth --html o.html", "o.html"),
    ("resect-train embed --model b.pth $FIXTURES/train/anna-0.npy -o o.npz", "o.npz"),
    ("resect-train embed --model b.pth $FIXTURES/train/anna-0.npy -o o.ark", "o.scp"),
    ("resect-train score --embeddings e.npz --trials trials --scores o.txt", "o.txt"),
    ("resect-train enroll --model b.pth --data $FIXTURES/train/train.csv -o o.npz", "o.npz"),
    ("resect-train report exp -o o.html", "o.html"),
    ("resect-train export b.pth -o o.onnx --for plain", "o.onnx"),
    (
      "resect-train finetune --backbone b.pth --data $FIXTURES/train/train.csv -o x --crop-frames 20 --batch-size 4"
        + " --epochs 1", "x/models/CKPT-EPOCH-1-00/CKPT.yaml"
    ),
    (
      "resect-train dino --resume r.pth --data w -o x --frames 20 --batch-size 2 --warmup-epochs 1 --epochs 2",
      "x/models/checkpoint.pth"
    ),
  ]

  /// Other forms and outputs of commands that write.
  static let forms = [
    "resect strip a.pth -o o.pth --provenance", "resect edit b.pth -o o.pth 'prefix x.' --provenance",
    "resect edit a.pth -o o.pth 'take teacher' --keep-removed o.rest",
    "resect convert b.pth -o o.pth --provenance", "resect convert b.pth -o o.safetensors",
    "resect convert b.pth -o o.npz --compress", "resect convert b.pth --to torch-legacy -o o.pth",
    "resect convert b.pth --to safetensors --shard-size 200B -o o",
    "resect convert a.pth -o o.npz --drop-values --keep-removed o.rest",
    "resect convert b.pth --to 3dspeaker --classes 3 -o o",
    "resect convert $FIXTURES/model-folders/resnet34.safetensors --to modelscope -o o",
    "resect convert $FIXTURES/model-folders/eres2netv2.safetensors --to funasr -o o",
    "resect merge b.pth b.pth -o o.safetensors",
    "resect-train score --embeddings e.npz --trials trials --scores o.txt --det o.tsv",
    "resect-train score --embeddings e.npz --trials trials --far 0.5 --calibrate o.json",
    "resect-train enroll --model b.pth --speaker anna $FIXTURES/train/anna-0.npy --into s.npz -o o.npz",
    "resect-train report exp -o o.html --scores scored",
    "resect-train export b.pth -o o.onnx --for plain --no-check --provenance",
    "resect-train finetune --backbone b.pth --data $FIXTURES/train/train.csv -o x --crop-frames 20 --batch-size 4"
      + " --epochs 1 --save-steps 1",
    "resect-train finetune --backbone b.pth --data $FIXTURES/train/train.csv -o x --crop-frames 20 --batch-size 4"
      + " --epochs 1 --validate $FIXTURES/train/train.csv --average 1 --blend",
    "resect-train dino --resume r.pth --data w -o x --frames 20 --batch-size 2 --warmup-epochs 1 --epochs 2"
      + " --save-steps 1 --provenance",
  ]

  /// What the parser itself says.
  static let telling = ["resect", "resect-train"].flatMap { program in
    ["--help", "--version", "--generate-completion-script bash", "help", "--experimental-dump-help"].map {
      "\(program) \($0)"
    }
  }
}
