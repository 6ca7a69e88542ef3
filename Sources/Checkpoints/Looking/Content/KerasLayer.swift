// SPDX-License-Identifier: Apache-2.0

/// Layers of Keras that are code: a `Lambda` has Python's own bytecode in it, as base64.
enum KerasLayer {
  static let words = "it has a Lambda layer, whose bytecode Keras would run"
  static let lambda = ["\"class_name\": \"Lambda\"", "\"class_name\":\"Lambda\"", "\"__lambda__\""].map {
    Array($0.utf8)
  }

  static func findings(_ text: [UInt8]) -> [PlainWords.Found] {
    if lambda.contains(where: { Bytes.firstRange(of: $0.span, in: text.span) != nil }) {
      return [.init(verdict: .opaque, message: words)]
    }
    // Keras 3 imports whatever module stands beside a class.
    guard text.has("\"class_name\""), text.has("\"module\""), text.count <= 16 << 20,
      let tree = try? JSONTree(text, subject: "it")
    else { return [] }
    return calls(tree)
  }

  private static func calls(_ tree: JSONTree) -> [PlainWords.Found] {
    switch tree {
    case .array(let items): return items.flatMap { calls($0) }
    case .object(let members):
      var found: [PlainWords.Found] = []
      if let module = tree["module"]?.text {
        for name in [tree["class_name"], tree["config"]] {
          guard let name = name?.text, GlobalVerdict(GlobalName(module, name)) == .dangerous else { continue }
          found.append(.init(verdict: .dangerous, message: "Keras would import and call `\(module).\(name)`"))
        }
      }
      return found + members.flatMap { calls($0.value) }
    default: return []
    }
  }
}
