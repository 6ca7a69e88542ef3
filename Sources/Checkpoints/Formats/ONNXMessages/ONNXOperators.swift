// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// An operator by the name of its library and its own.
struct ONNXOperator: Hashable {
  /// Empty for ONNX's own, which may also be called `ai.onnx`.
  var domain: Text
  var name: Text

  /// `Conv`, `com.microsoft::Gelu`.
  var text: Text { ONNXOperators.isStandard(domain) ? name : domain + "::" + name }
}

/// Which operators the nodes of a model have, in all of its graphs.
struct ONNXOperators {
  struct Use {
    var count = 1
    /// The first node of it: its name, or else its output.
    var node: Text
    var byte: Int
  }

  private(set) var uses: OrderedDictionary<ONNXOperator, Use> = [:]
  /// Those that the model's own functions are.
  private(set) var defined: Set<ONNXOperator> = []

  /// No standard has as many.
  private static let most = 1 << 16

  static func isStandard(_ domain: Text) -> Bool { domain.isEmpty || domain == "ai.onnx" }

  mutating func add(_ node: ONNXNode) throws(CheckpointError) {
    if uses[node.operation] != nil {
      uses[node.operation]?.count += 1
      return
    }
    guard uses.count < Self.most else {
      throw CheckpointError(
        .limit, "its nodes have more than \(Self.most) operators", at: .init(byte: node.range.lowerBound))
    }
    uses[node.operation] = Use(
      node: node.name.isEmpty ? node.label : node.name, byte: node.range.lowerBound)
  }

  mutating func define(_ operation: ONNXOperator) { defined.insert(operation) }

  /// Those that the model does not bring itself.
  var foreign: [(operation: ONNXOperator, use: Use)] {
    uses.filter { !defined.contains($0.key) }.map { ($0.key, $0.value) }
  }
}
