// SPDX-License-Identifier: Apache-2.0

extension Document {
  /// For each node whether it is wanted or leads to one that is, in time that is linear in the document. Asked one by one,
  /// thousands that share a large part would each look through it.
  ///
  /// - Parameter parts: what a node leads to.
  package func leading(to isWanted: (NodeID) -> Bool, through parts: (NodeID) -> [NodeID]) -> [Bool] {
    var leads = [Bool](repeating: false, count: nodes.count)
    // Those that hold a node are a chain.
    var last = [Int](repeating: -1, count: nodes.count)
    var holders: [(node: Int, before: Int)] = []
    var stack: [Int] = []
    for index in nodes.indices {
      if isWanted(NodeID(index)) {
        leads[index] = true
        stack.append(index)
      }
      for part in parts(NodeID(index)) {
        holders.append((index, last[Int(part.index)]))
        last[Int(part.index)] = holders.count - 1
      }
    }
    while let node = stack.popLast() {
      var link = last[node]
      while link >= 0 {
        let holder = holders[link]
        if !leads[holder.node] {
          leads[holder.node] = true
          stack.append(holder.node)
        }
        link = holder.before
      }
    }
    return leads
  }
}
