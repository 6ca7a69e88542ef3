// SPDX-License-Identifier: Apache-2.0

/// The names of one side for which nothing was found, as a tree of their components. Parents stand before their
/// children, so that no walk recurses: a name may have as many components as it likes.
struct OpenNames {
  struct Node {
    var part: Text
    var children: [Int] = []
    /// The name that ends here, as a position among the names.
    var name: Int?
    /// What the node is but for the names in it: equal for parts that could be each other's.
    var kind = 0
  }

  private(set) var nodes = [Node(part: "")]

  init(_ names: KeyNames, _ open: [Int]) {
    struct Step: Hashable {
      var parent: Int
      var part: Text
    }
    var places: [Step: Int] = [:]
    for index in open {
      var place = 0
      for part in names.names[index].split(".") {
        let step = Step(parent: place, part: part)
        if let known = places[step] {
          place = known
          continue
        }
        nodes.append(Node(part: step.part))
        nodes[place].children.append(nodes.count - 1)
        places[step] = nodes.count - 1
        place = nodes.count - 1
      }
      nodes[place].name = index
    }
  }

  /// The last components of all names.
  var lastParts: Set<Text> { Set(nodes.filter { $0.name != nil }.map(\.part)) }

  /// Gives every node its kind: of a name its shape and, where both sides have it, its last component; of a part the
  /// kinds of what is in it, in any order. A part that holds one thing alone is of the thing's kind.
  ///
  /// - Parameter kinds: numbers for kinds, shared by both sides.
  mutating func classify(_ shapes: [[Int]], shared: Set<Text>, _ kinds: inout [Kind: Int]) {
    for index in nodes.indices.reversed() {
      let node = nodes[index]
      var inside = node.children.map { nodes[$0].kind }
      if let name = node.name {
        inside.append(
          Self.number(
            Kind(shape: shapes[name], part: shared.contains(node.part) ? node.part : nil, inside: []), &kinds)
        )
      }
      nodes[index].kind =
        inside.count == 1
        ? inside[0] : Self.number(Kind(shape: [], part: nil, inside: inside.sorted()), &kinds)
    }
  }

  struct Kind: Hashable {
    var shape: [Int]
    var part: Text?
    var inside: [Int]
  }

  private static func number(_ kind: Kind, _ kinds: inout [Kind: Int]) -> Int {
    if let known = kinds[kind] { return known }
    kinds[kind] = kinds.count
    return kinds.count - 1
  }

  /// The part below a node where it first branches, or the name that it leads to.
  func settled(_ index: Int) -> Int {
    var index = index
    while nodes[index].name == nil, nodes[index].children.count == 1 { index = nodes[index].children[0] }
    return index
  }

  /// Whether several things lie in it.
  func branches(_ index: Int) -> Bool {
    nodes[index].children.count + (nodes[index].name == nil ? 0 : 1) > 1
  }

  /// All names at and below a node.
  func names(below index: Int) -> [Int] {
    var found: [Int] = []
    var waiting = [index]
    while let next = waiting.popLast() {
      if let name = nodes[next].name { found.append(name) }
      waiting += nodes[next].children.reversed()
    }
    return found
  }
}
