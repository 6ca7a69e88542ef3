// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The keys and shapes of a network: what recognition looks at.
package struct KeyShapes: Sendable {
  private var shapes: [Text: [Int]]
  /// The module paths that `_metadata` names; nil where there is none.
  private var modules: Set<Text>?

  package init(_ shapes: [Text: [Int]], modules: Set<Text>? = nil) {
    self.shapes = shapes
    self.modules = modules
  }

  /// The tensors of a state dict below a prefix, which is empty or ends with its dot.
  package init(_ state: StateDict, in document: Document, under prefix: Text = "") {
    shapes = [:]
    for (key, node) in state.entries {
      guard let rest = key.rest(after: prefix), case .tensor(let tensor) = document[node] else { continue }
      shapes[rest] = tensor.shape
    }
    modules = state.metadata.map { metadata in
      Set(metadata.keys.compactMap { $0.rest(after: prefix) })
    }
  }

  /// The shape under a key, if it has that many dimensions and each is a size that a layer can have: not 0,
  /// and small enough that products of a few do not overflow.
  package func shape(_ key: Text, _ rank: Int) -> [Int]? {
    guard let shape = shapes[key], shape.count == rank, shape.allSatisfy({ $0 > 0 && $0 <= 1 << 20 }) else {
      return nil
    }
    return shape
  }

  package func has(_ key: Text) -> Bool { shapes[key] != nil }

  package var keys: Dictionary<Text, [Int]>.Keys { shapes.keys }

  /// How many of these keys are here; nil where one is here with another shape.
  package func count(fitting wanted: [(key: Text, shape: [Int])]) -> Int? {
    var count = 0
    for (key, shape) in wanted {
      guard let own = shapes[key] else { continue }
      guard own == shape else { return nil }
      count += 1
    }
    return count
  }

  /// How many keys have each name before their first dot.
  var firstParts: [Text: Int] {
    shapes.keys.reduce(into: [:]) { counts, key in
      counts[key.prefix(before: "."), default: 0] += 1
    }
  }

  /// The keys and the modules above them.
  package var names: LayerNames { LayerNames(shapes.keys) }

  /// What a layer puts out: the first size of its weight, or where that is not there of another tensor of the layer.
  /// `asked` where the layer has nothing of the kind.
  ///
  /// - Parameter tensors: the weight first; the same key twice where it can be of two ranks.
  package func outputs(_ tensors: [(key: Text, rank: Int)], or asked: Int?) -> Int? {
    guard let key = tensors.first(where: { has($0.key) })?.key else { return asked }
    return tensors.lazy.filter { $0.key == key }.compactMap { shape($0.key, $0.rank)?[0] }.first
  }

  /// How many of `name(0)`, `name(1)`, ... there are without a gap.
  package func count(_ name: (Int) -> Text) -> Int {
    var count = 0
    while shapes[name(count)] != nil { count += 1 }
    return count
  }

  /// Whether `_metadata` names a module; nil where it does not speak of the network at all.
  package func names(module: Text, beside known: Text) -> Bool? {
    guard let modules, modules.contains(known) else { return nil }
    return modules.contains(module)
  }
}
