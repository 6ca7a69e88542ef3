// SPDX-License-Identifier: Apache-2.0

/// What a strip takes away, with sizes, and what there was: one walk over the document.
struct StripDropped {
  private(set) var groups: [SurgeryReport.Group]
  /// Every leaf that goes: tensors, then values, as `ls` lists them.
  private(set) var paths: [Text] = []
  /// What the document holds.
  private(set) var before = SurgeryReport.Figures()

  private let branch: Branch

  /// - Throws: `limit` for a document whose paths are beyond counting.
  init(_ strip: StripPlan, of document: Document) throws(CheckpointError) {
    branch = strip.found.branch
    groups = strip.dropped.map { .init(path: $0.path, tensors: $0.tensors, bytes: 0) }
    var values: [Text] = []
    var room = ValueRoom()
    var sizes = TensorSizes(document)
    var walk = DocumentWalk(document)
    while let step = walk.next() {
      guard case .enter(let id, let isRepeat) = step else { continue }
      if let bytes = sizes.bytes(of: id) {
        before.add(bytes)
        drop(try walk.path(), bytes)
        continue
      }
      let isOpaque = document.isOpaque(id)
      guard isRepeat || isOpaque || document.isLeaf(id) else { continue }
      let path = try walk.path()
      guard room.admits(path, document.typeName(id)) else { continue }
      if !isOpaque { _ = room.holds(isRepeat ? 0 : document.leafSize(id)) }
      if !branch.holds(path) { values.append(path) }
    }
    paths += values
  }

  /// Counts a tensor to each part that it lies in, if it goes.
  private mutating func drop(_ path: Text, _ bytes: Int) {
    guard !branch.holds(path) else { return }
    paths.append(path)
    let start = branch.path.isEmpty ? "" : branch.path + "/"
    for index in groups.indices {
      let part = groups[index].path
      let isOutside = path == part || path.hasPrefix(part + "/")
      let isInside = part.hasSuffix(".") ? path.hasPrefix(start + part) : path == start + part
      if isOutside || isInside { groups[index].bytes &+= bytes }
    }
  }
}

extension Document {
  /// Whether it is an object that this library gives no meaning to.
  fileprivate func isOpaque(_ id: NodeID) -> Bool {
    if case .object(let object) = self[id] { !isPlain(object) } else { false }
  }
}
