// SPDX-License-Identifier: Apache-2.0
package import OrderedCollections

/// A graph of ONNX's own operators with what a file says around it (`ModelProto`): the same value is written and is what
/// reading gives.
package struct OperatorModel: Sendable {
  /// Elements of an initialiser: little-endian, in row-major order.
  package struct Tensor: Sendable {
    package var dtype: DType
    package var bytes: ByteSource

    package init(_ dtype: DType, _ bytes: ByteSource) { (self.dtype, self.bytes) = (dtype, bytes) }
  }

  package var graph: OperatorGraph<Tensor>
  /// The version of ONNX's own operators.
  package var operatorSet: Int64
  /// The version of the form.
  package var irVersion: Int64
  /// The program that wrote it, and its version.
  package var producer: (name: Text, version: Text)
  /// `metadata_props`.
  package var metadata: OrderedDictionary<Text, Text>

  /// By default with the versions that every reader since ONNX 1.8 takes.
  package init(
    _ graph: OperatorGraph<Tensor>, operatorSet: Int64 = 13, irVersion: Int64 = 7,
    producer: (name: Text, version: Text), metadata: OrderedDictionary<Text, Text> = [:]
  ) {
    self.graph = graph
    (self.operatorSet, self.irVersion) = (operatorSet, irVersion)
    (self.producer, self.metadata) = (producer, metadata)
  }
}
