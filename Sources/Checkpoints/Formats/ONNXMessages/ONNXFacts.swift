// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// What a model says of itself beside its tensors.
struct ONNXFacts {
  enum OperatorSetField: Int, ProtobufFields {
    static let message = "OperatorSetIdProto"
    case domain = 1
    case version = 2
    var isRepeated: Bool { false }
  }

  var irVersion: Int64?
  var modelVersion: Int64?
  /// `producer_name` and its kin, as far as they are there.
  var texts: OrderedDictionary<Text, Text> = [:]
  /// Versions of operator sets by domain.
  private(set) var operatorSets: OrderedDictionary<Text, Int64> = [:]
  var graph: Text = ""
  var inputs: [ONNXValueInfo] = []
  var outputs: [ONNXValueInfo] = []

  mutating func addOperators(_ window: ProtobufWindow, _ range: Range<Int>) throws(CheckpointError) {
    var domain: Text = ""
    var version: Int64 = 0
    var cursor = ProtobufCursor<OperatorSetField>(window, range)
    while let field = try cursor.next() {
      switch field.name {
      case .domain: domain = try field.text()
      case .version: version = try field.integer()
      }
    }
    let name: Text = domain.isEmpty ? "ai.onnx" : domain
    guard operatorSets.updateValue(version, forKey: name) == nil else {
      throw CheckpointError(
        .corrupt, "ModelProto.opset_import names `\(name)` twice", at: .init(byte: range.lowerBound))
    }
    guard operatorSets.count <= 1 << 12 else {
      throw CheckpointError(
        .limit, "it imports more than \(1 << 12) operator sets", at: .init(byte: range.lowerBound))
    }
  }
}
