// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// Small files under the names that `docs/guide.md` gives to a reader's own.
enum GuideFiles {
  static func write(into folder: String) throws {
    for (name, fixture) in [
      ("checkpoint.pth", "rdino-tiny-torch1.13.pth"), ("sdpn.pth", "sdpn-tiny-torch1.13.pth"),
    ] {
      try FileManager.default.copyItem(
        atPath: Fixtures.path("checkpoints/" + fixture), toPath: folder + "/" + name)
    }
    for name in ["speech", "musan/noise", "musan/speech", "musan/music", "rirs"] {
      try FileManager.default.createDirectory(
        atPath: folder + "/" + name, withIntermediateDirectories: true)
    }
    try writeSpeech(into: folder)
    // The same voice once more: a network of this size need not tell it by another recording.
    for (name, pitch) in [("anna-1", 210.0), ("anna-2", 214), ("ben-1", 115), ("who", 210)] {
      try wave(pitch: pitch, seconds: 1.5, to: "\(folder)/\(name).wav")
    }
    for (index, type) in ["noise", "speech", "music"].enumerated() {
      try wave(pitch: 300 + 200 * Double(index), seconds: 0.8, to: "\(folder)/musan/\(type)/a.wav")
    }
    try wave(pitch: 60, seconds: 0.05, to: folder + "/rirs/room.wav")
    let texts = [
      "musan.scp": "n musan/noise/a.wav\ns musan/speech/a.wav\nm musan/music/a.wav\n",
      "rirs.scp": "room rirs/room.wav\n", "config.yaml": selfSupervised, "sdpn.yaml": selfSupervised,
      "ecapa_tdnn.yaml": supervised, "ecapa_tdnn_lm.yaml": largeMargin,
    ]
    for (name, text) in texts { try File.write(Array(text.utf8), to: folder + "/" + name) }
  }

  /// Recordings of a list, each in trials with all others of it.
  private struct HeldOut {
    var rows = ""
    var trials = ""
    private var recordings: [(name: String, speaker: String)] = []

    mutating func add(_ row: String, _ name: String, _ speaker: String) {
      rows += row
      for other in recordings {
        trials += "\(other.name) \(name) \(other.speaker == speaker ? "target" : "nontarget")\n"
      }
      recordings.append((name, speaker))
    }
  }

  /// Three speakers' recordings, and the lists of them: six each to train on, two to choose by, two to judge by.
  private static func writeSpeech(into folder: String) throws {
    let header = "ID,dur,path,start,stop,spk\n"
    var (scp, train) = ("", header)
    var held = (dev: HeldOut(), test: HeldOut())
    for (speaker, pitch) in [("anna", 210.0), ("ben", 115.0), ("cleo", 160.0)] {
      for index in 0..<10 {
        let name = "\(speaker)-\(index)"
        try wave(
          pitch: pitch + 3 * Double(index), seconds: 0.6 + 0.05 * Double(index),
          to: "\(folder)/speech/\(name).wav")
        let row = "\(name),0.6,speech/\(name).wav,0,0.6,\(speaker)\n"
        scp += "\(name) speech/\(name).wav\n"
        switch index {
        case ..<6: train += row
        case 6, 7: held.dev.add(row, name, speaker)
        default: held.test.add(row, name, speaker)
        }
      }
    }
    for (name, text) in [
      ("wav.scp", scp), ("train.csv", train), ("dev.csv", header + held.dev.rows),
      ("test.csv", header + held.test.rows), ("dev-trials.txt", held.dev.trials),
      ("trials.txt", held.test.trials),
    ] { try File.write(Array(text.utf8), to: folder + "/" + name) }
  }

  /// A RIFF file of 16 bits at 16 kHz: a tone with four overtones that grows and fades.
  private static func wave(pitch: Double, seconds: Double, to path: String) throws {
    let count = Int(16000 * seconds)
    func little(_ value: Int, _ size: Int) -> [UInt8] { (0..<size).map { UInt8(value >> (8 * $0) & 255) } }
    var bytes = Array("RIFF".utf8) + little(36 + 2 * count, 4) + Array("WAVEfmt ".utf8)
    bytes += little(16, 4) + little(1, 2) + little(1, 2) + little(16000, 4) + little(32000, 4)
    bytes += little(2, 2) + little(16, 2) + Array("data".utf8) + little(2 * count, 4)
    for index in 0..<count {
      let angle = 2 * Double.pi * pitch * Double(index) / 16000
      let tone = (1...5).reduce(0.0) { $0 + sin(angle * Double($1)) / Double($1) }
      let level = 5000 * sin(Double.pi * Double(index) / Double(count))
      bytes += little(Int(level * tone) & 0xffff, 2)
    }
    try File.write(bytes, to: path)
  }

  /// What upstream's `config.yaml` has, at tiny sizes. The checkpoints are after three epochs.
  private static let selfSupervised = """
    epochs: 5
    batch_size_per_gpu: 8
    lr: 0.4
    min_lr: 1.0e-05
    warmup_epochs: 1
    max_frames: 40
    freeze_last_layer: 1
    saveckp_freq: 2
    dataloader:
      obj: torch.utils.data.DataLoader
      args:
        batch_size: <batch_size_per_gpu>

    """

  private static let supervised = """
    num_epoch: 3
    save_epoch_freq: 1
    wav_len: 0.5
    aug_prob: 0.8
    speed_pertub: True
    lr: 0.2
    min_lr: !!float 5e-5
    batch_size: 6
    noise:
    reverb:
    wav_reader:
      obj: speakerlab.process.processor.WavReader
      args:
        duration: <wav_len>
        speed_pertub: <speed_pertub>
    augmentations:
      obj: speakerlab.process.processor.SpkVeriAug
      args:
        aug_prob: <aug_prob>
        noise_file: <noise>
        reverb_file: <reverb>
    embedding_model:
      obj: speakerlab.models.ecapa_tdnn.ECAPA_TDNN.ECAPA_TDNN
      args:
        lin_neurons: 192
    classifier:
      obj: speakerlab.models.campplus.classifier.CosineClassifier
    optimizer:
      obj: torch.optim.SGD
      args:
        lr: <lr>
        momentum: 0.9
        nesterov: True
        weight_decay: 0.0001
    lr_scheduler:
      obj: speakerlab.process.scheduler.WarmupCosineScheduler
      args:
        min_lr: <min_lr>
        max_lr: <lr>
        warmup_epoch: 1
        fix_epoch: <num_epoch>
    loss:
      obj: speakerlab.loss.margin_loss.ArcMarginLoss
      args:
        scale: 32.0
        margin: 0.3
        easy_margin: False
    margin_scheduler:
      obj: speakerlab.process.scheduler.MarginScheduler
      args:
        initial_margin: 0.0
        final_margin: 0.3
        increase_start_epoch: 1
        fix_epoch: 2

    """

  private static let largeMargin = """
    num_epoch: 2
    save_epoch_freq: 1
    wav_len: 0.8
    speed_pertub: True
    lr: 0.0001
    min_lr: !!float 2e-5
    batch_size: 6
    wav_reader:
      obj: speakerlab.process.processor.WavReader
      args:
        duration: <wav_len>
        speed_pertub: <speed_pertub>
        lm: False
    classifier:
      obj: speakerlab.models.campplus.classifier.CosineClassifier
    optimizer:
      obj: torch.optim.SGD
      args:
        momentum: 0.9
        nesterov: True
        weight_decay: 0.0001
    lr_scheduler:
      obj: speakerlab.process.scheduler.WarmupCosineScheduler
      args:
        min_lr: <min_lr>
        max_lr: <lr>
        warmup_epoch: 1
        fix_epoch: <num_epoch>
    loss:
      obj: speakerlab.loss.margin_loss.ArcMarginLoss
      args:
        scale: 32.0
        margin: 0.5

    """
}
