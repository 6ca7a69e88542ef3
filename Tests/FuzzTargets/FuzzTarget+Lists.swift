// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Training

/// What the trainer is fed beside sound.
extension FuzzTarget {
  /// Rows come in order, and none is empty.
  static func csv(_ bytes: [UInt8]) throws(CheckpointError) {
    var reader = try CSVReader(TextFile(bytes))
    var line = 0
    while let row = try reader.next() {
      precondition(row.line > line && !row.fields.isEmpty)
      line = row.line
    }
  }

  static func trials(_ bytes: [UInt8]) throws(CheckpointError) {
    let list = try TrialList(TextFile(bytes))
    precondition(!list.trials.isEmpty && list.targets <= list.trials.count)
  }

  static func order(_ bytes: [UInt8]) throws(CheckpointError) {
    try ScratchFile.with(bytes) { path throws(CheckpointError) in _ = try OrderFile(path) }
  }

  /// Written anew, it is the same map.
  static func labels(_ bytes: [UInt8]) throws(CheckpointError) {
    let map = try LabelMap(json: bytes)
    guard let written = try? map.json() else { return }
    let again = try? LabelMap(json: written)
    precondition(again == map)
  }

  static func kaldi(_ bytes: [UInt8]) throws(CheckpointError) {
    try ScratchFile.with(bytes) { path throws(CheckpointError) in
      try KaldiArchive.forEachEntry(path) { _, row throws(CheckpointError) in
        precondition(row.count <= bytes.count / 4)
      }
    }
  }
}
