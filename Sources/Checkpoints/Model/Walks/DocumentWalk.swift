// SPDX-License-Identifier: Apache-2.0

/// Walks a document depth first, in order, without recursion.
///
/// A container that two places share is walked at both, as Python code would see it; one that holds itself is not
/// entered again. What is shared is repeated up to a bound: a few hundred bytes of memo references ask for 2^60 steps.
/// So a walk takes time and memory that are linear in the document. `isCut` tells whether a bound was reached.
package struct DocumentWalk {
  package struct Limits: Sendable {
    /// Steps beyond one for each part of each container, after which a shared container is entered once only. Shared
    /// settings are repeated some hundred times in real checkpoints.
    package var repeats = 1 << 17
    /// How deep containers are entered. Python's own pickler gives up at some hundred.
    package var depth = 10_000
    /// Bytes of path text handed out in all, beside `pathBytesPerNode` for each node: names have some fifty bytes.
    package var pathBytes = 64 << 20
    package var pathBytesPerNode = 128
    package static let standard = Limits()
  }

  package enum Step {
    /// A node, before its parts. `isRepeat`: a container that is not entered (again).
    case enter(NodeID, isRepeat: Bool)
    /// After the parts of a container that was entered.
    case leave(NodeID)
  }

  private struct Frame {
    var node: NodeID
    var children: [Document.Child]
    var next = 0
    /// How long the path text is up to and with this container.
    var pathLength: Int
  }

  private static let longComponent = 256

  private let document: Document
  private let limits: Limits
  private var stack: [Frame] = []
  private var open: [Bool]
  private var entered: [Bool]
  /// Steps that may yet be made freely: as many as there are parts, and `repeats`.
  private var stepsLeft: Int
  private var hasCountedParts = false
  /// Whether a container was not entered that is shared, or lies too deep.
  package private(set) var isCut = false
  private var hasMetTooDeep = false
  /// Whether the node just entered lies too deep to be entered.
  private var isTooDeep = false
  private var started = false
  private var pending: NodeID?
  private var pathBytes: [UInt8] = []
  private var pathBytesLeft: Int

  package init(_ document: Document, limits: Limits = .standard) {
    self.document = document
    self.limits = limits
    open = [Bool](repeating: false, count: document.nodes.count)
    entered = open
    // Mostly no container has more parts than there are nodes; where it has, they are counted.
    stepsLeft = document.nodes.count + limits.repeats
    pathBytesLeft = limits.pathBytes + limits.pathBytesPerNode * document.nodes.count
  }

  /// How many containers are open: the depth of the node just entered.
  package var depth: Int { stack.count }

  /// The place of the node just entered; nil at the root.
  package var edge: Edge? {
    guard let top = stack.indices.last else { return nil }
    return Edge(parent: stack[top].node, index: stack[top].next - 1)
  }

  /// The last component of the path of the node just entered, and which of its container's parts it is.
  package var place: (component: Text, index: Int)? {
    guard let frame = stack.last else { return nil }
    return (frame.children[frame.next - 1].component, frame.next - 1)
  }

  /// The path of the node just entered.
  ///
  /// - Throws: `.limit` for a container that lies too deep to be entered: what has no path cannot be named.
  package mutating func path() throws(CheckpointError) -> Text {
    pathBytesLeft -= pathBytes.count
    guard !isTooDeep else { throw tooDeep() }
    guard pathBytesLeft >= 0 else {
      throw CheckpointError(
        .limit, "its values lie so deep that their paths take more than \(limits.pathBytes >> 20) MiB",
        at: .init(file: document.source?.file))
    }
    return Text(part: pathBytes)
  }

  private func tooDeep() -> CheckpointError {
    CheckpointError(
      .limit, "its values are nested more than \(limits.depth) deep", at: .init(file: document.source?.file))
  }

  /// For what may leave nothing out, but need not see what is shared at each of its places.
  ///
  /// - Throws: `.limit` where something lay too deep.
  package func checkDepth() throws(CheckpointError) { if hasMetTooDeep { throw tooDeep() } }

  /// For what may leave nothing out.
  ///
  /// - Throws: `.limit` where the walk was cut.
  package func checkWhole() throws(CheckpointError) {
    try checkDepth()
    guard isCut else { return }
    throw CheckpointError(
      .limit, "its containers share their parts beyond counting, at more than \(limits.repeats) places",
      at: .init(file: document.source?.file))
  }

  /// The next step, or nil at the end.
  package mutating func next() -> Step? {
    if !started {
      started = true
      return enter(document.root, pathLength: 0)
    }
    if let node = pending {
      pending = nil
      let children = document.children(of: node)
      if !children.isEmpty {
        stepsLeft -= children.count
        open[Int(node.index)] = true
        entered[Int(node.index)] = true
        stack.append(Frame(node: node, children: children, pathLength: pathBytes.count))
      }
    }
    while let top = stack.indices.last {
      let pathLength = stack[top].pathLength
      pathBytes.removeSubrange(pathLength...)
      guard stack[top].next < stack[top].children.count else {
        let node = stack.removeLast().node
        open[Int(node.index)] = false
        return .leave(node)
      }
      let child = stack[top].children[stack[top].next]
      stack[top].next += 1
      if top > 0 { pathBytes.append(UInt8(ascii: "/")) }
      child.component.append(to: &pathBytes)
      // A long key costs as much as a path wherever it stands.
      if pathBytes.count - pathLength > Self.longComponent { pathBytesLeft -= pathBytes.count - pathLength }
      return enter(child.node, pathLength: pathLength)
    }
    return nil
  }

  private mutating func enter(_ node: NodeID, pathLength: Int) -> Step {
    let index = Int(node.index)
    isTooDeep = false
    if open[index] { return .enter(node, isRepeat: true) }
    let isBounded = entered[index] || stepsLeft < 0 || pathBytesLeft < 0 || stack.count >= limits.depth
    if isBounded, mayNotEnter(node) {
      isCut = true
      return .enter(node, isRepeat: true)
    }
    pending = node
    return .enter(node, isRepeat: false)
  }

  private mutating func mayNotEnter(_ node: NodeID) -> Bool {
    let count = document.partCount(of: node)
    guard count > 0 else { return false }
    if stack.count >= limits.depth {
      isTooDeep = true
      hasMetTooDeep = true
      return true
    }
    if pathBytesLeft < 0 { return true }
    guard stepsLeft < count else { return false }
    if !hasCountedParts {
      hasCountedParts = true
      let parts = document.nodes.indices.reduce(0) { $0 + document.partCount(of: NodeID($1)) }
      stepsLeft += parts - document.nodes.count
    }
    // What is met for the first time has been counted, unless thousands of objects have one dict of attributes.
    return entered[Int(node.index)]
      ? stepsLeft < count : -stepsLeft > document.nodes.count + limits.repeats
  }
}
