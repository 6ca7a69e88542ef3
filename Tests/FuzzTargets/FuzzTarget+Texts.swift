// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension FuzzTarget {
  static func index(_ bytes: [UInt8]) throws(CheckpointError) {
    try ScratchFile.opened(bytes, suffix: "model.safetensors.index.json") { file throws(CheckpointError) in
      _ = try ShardIndex(file)
    }
  }

  /// One of ours, written anew, says the same.
  static func statement(_ bytes: [UInt8]) throws(CheckpointError) {
    let statement = try Statement(bytes)
    guard statement.provenance != nil, let written = try? statement.bytes() else { return }
    let again = try? Statement(written)
    precondition(again == statement)
  }

  static func yaml(_ bytes: [UInt8]) throws(CheckpointError) { _ = try YAMLValue(TextFile(bytes)) }

  /// A recipe's passes, written as text, are the same passes.
  static func recipe(_ bytes: [UInt8]) throws(CheckpointError) {
    let written = try Recipe(parsing: TextFile(bytes).string).description
    let again = Result { () throws(CheckpointError) in try Recipe(parsing: written).description }
    guard case .success(written) = again else { preconditionFailure("\(written) is read as \(again)") }
  }

  /// A policy's rules, written as text, are the same rules.
  static func policy(_ bytes: [UInt8]) throws(CheckpointError) {
    let written = try Policy(TextFile(bytes).string, file: "policy").description
    let again = Result { () throws(CheckpointError) in try Policy(written, file: "policy").description }
    guard case .success(written) = again else { preconditionFailure("\(written) is read as \(again)") }
  }

  static func keys(_ bytes: [UInt8]) throws(CheckpointError) {
    _ = try KeySpec(text: TextFile(bytes).string, name: "keys")
  }

  static func allow(_ bytes: [UInt8]) throws(CheckpointError) { _ = try GlobalAllowance(TextFile(bytes)) }
}
