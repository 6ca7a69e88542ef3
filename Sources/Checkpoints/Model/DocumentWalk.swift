// SPDX-License-Identifier: Apache-2.0

/// Walks a document depth first, in order, without recursion.
///
/// A container that two places share is walked at both, as Python code would see it; one that holds itself is not
/// entered again, and after `WalkLimits.visits` steps shared containers are not entered a second time, so that a
/// few hundred bytes of memo references cannot ask for 2^40 steps.
package struct DocumentWalk {
  package struct Limits: Sendable {
    /// Steps after which a shared container is entered once only.
    package var visits = 4_000_000
    /// Bytes of path text handed out in all.
    package var pathBytes = 1 << 30
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

  private let document: Document
  private let limits: Limits
  private var stack: [Frame] = []
  private var open: [Bool]
  private var entered: [Bool]
  private var visits = 0
  private var started = false
  private var pending: NodeID?
  private var pathBytes: [UInt8] = []
  private var handedOut = 0

  package init(_ document: Document, limits: Limits = .standard) {
    self.document = document
    self.limits = limits
    open = [Bool](repeating: false, count: document.nodes.count)
    entered = open
  }

  /// How many containers are open: the depth of the node just entered.
  package var depth: Int { stack.count }

  /// The container that holds the node just entered.
  package var parent: NodeID? { stack.last?.node }

  /// The path of the node just entered.
  package mutating func path() throws(CheckpointError) -> Text {
    handedOut += pathBytes.count
    guard handedOut <= limits.pathBytes else {
      throw CheckpointError(
        .limit, "the paths of its values take more than \(limits.pathBytes) bytes",
        at: .init(file: document.source?.file), hint: "name the part you want: `take PATH`")
    }
    return Text(part: pathBytes)
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
      return enter(child.node, pathLength: pathLength)
    }
    return nil
  }

  private mutating func enter(_ node: NodeID, pathLength: Int) -> Step {
    visits += 1
    let index = Int(node.index)
    if open[index] || (entered[index] && visits > limits.visits) { return .enter(node, isRepeat: true) }
    pending = node
    return .enter(node, isRepeat: false)
  }
}
