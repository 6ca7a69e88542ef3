// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension FuzzTarget {
  static func safetensors(_ bytes: [UInt8]) throws(CheckpointError) { try list(bytes, of: .safetensors) }

  /// The header says what the array has.
  static func npy(_ bytes: [UInt8]) throws(CheckpointError) {
    let header = try NPYHeader(bytes)
    let array = try NPYArray(npy: bytes)
    precondition(array.shape == header.shape && array.bytes.count == header.byteCount)
    try list(bytes, of: .npy)
  }

  /// Through libzip, and as a checkpoint.
  static func npz(_ bytes: [UInt8]) throws(CheckpointError) {
    try ScratchFile.with(bytes) { path throws(CheckpointError) in
      let reader = try NPZReader(path)
      for name in reader.names { _ = try? reader.array(name) }
    }
    try list(bytes, of: .npz)
  }

  static func onnx(_ bytes: [UInt8]) throws(CheckpointError) { try list(bytes, of: .onnx) }

  /// Opens a file of one form and reads what it has.
  private static func list(_ bytes: [UInt8], of format: Document.Format) throws(CheckpointError) {
    try ScratchFile.with(bytes) { path throws(CheckpointError) in
      let document = try Checkpoint.open(path)
      guard document.source?.format == format else { throw CheckpointError(.unsupported, "of another form") }
      try list(document)
    }
  }

  /// Lists a document and reads the elements of its tensors, some megabytes of them.
  static func list(_ document: Document) throws(CheckpointError) {
    // Listing names the parts of sparse, quantized and other tensors.
    _ = try document.listing()
    var room = 4 << 20
    for node in Reachable(document).tensors {
      guard case .tensor(let tensor) = document[node], tensor.byteCount <= room else { continue }
      room -= tensor.byteCount
      let elements = try TensorReader(document, tensor).bytes()
      precondition(elements.count == tensor.byteCount)
    }
  }
}
