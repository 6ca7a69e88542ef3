// SPDX-License-Identifier: Apache-2.0

/// A tensor with the source of its storage's bytes: what computed bytes keep of a document.
package struct TensorView: Sendable {
  package var tensor: TensorRecord
  package var source: ByteSource

  /// Throws `.limit` for a tensor that is expanded too far to be written out.
  package init(_ document: Document, _ tensor: TensorRecord) throws(CheckpointError) {
    self.tensor = tensor
    source = document[tensor.storage].bytes
    try reader.checkedExtent()
  }

  var reader: TensorReader { TensorReader(source, tensor) }
}
