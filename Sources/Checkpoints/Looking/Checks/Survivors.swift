// SPDX-License-Identifier: Apache-2.0

/// Which tensors of a checkpoint are whole: every byte is there, and is what the file's checksums say.
struct Survivors {
  /// What `resect verify` says of them.
  private(set) var report: DamageReport
  /// The places in the document that cannot stay: of lost tensors, and of what is made from one.
  private(set) var lostEdges: [Edge] = []
  /// Whether the document itself is a lost tensor.
  private(set) var isRootLost = false
  /// Storages whose bytes were read and have their checksum.
  private(set) var checked = 0

  private let document: Document
  private let losses: [StorageID: LostBytes.Loss]
  /// By node: whether it is a lost tensor, or leads to one.
  private let leadsToLost: [Bool]

  /// - Parameter onBytes: called with the number of bytes that were read, now and then.
  init(_ remains: Remains, onBytes: (Int) -> Void) throws(CheckpointError) {
    document = remains.document
    var check = StorageCheck(document)
    try check.run(onBytes)
    losses = check.losses
    checked = check.checked
    let (document, losses) = (document, losses)
    leadsToLost = document.leading {
      if case .tensor(let tensor) = document[$0] { Self.loss(of: tensor, losses) != nil } else { false }
    } through: {
      document.parts(of: $0, throughOriginals: true)
    }
    report = DamageReport(
      missingBytes: remains.missing, survivors: [], lost: [], unchecked: check.unchecked)
    try walk()
    report.lost += remains.absent.map {
      .init(
        path: $0.path, dtype: $0.dtype?.rawValue, shape: $0.shape, missing: $0.missing > 0 ? $0.missing : nil,
        reason: $0.reason)
    }
  }

  /// What is lost of a tensor of the document; nil where it is whole.
  func loss(of node: NodeID) -> LostBytes.Loss? {
    if case .tensor(let tensor) = document[node] { Self.loss(of: tensor, losses) } else { nil }
  }

  private func loss(ofAny tensors: [TensorRecord]) -> LostBytes.Loss? {
    for tensor in tensors {
      if let loss = Self.loss(of: tensor, losses) { return loss }
    }
    return nil
  }

  /// What is lost of the bytes that a tensor's elements can touch.
  private static func loss(
    of tensor: TensorRecord, _ losses: [StorageID: LostBytes.Loss]
  ) -> LostBytes.Loss? {
    guard let loss = losses[tensor.storage], let extent = tensor.extent, !extent.isEmpty,
      extent.upperBound * tensor.dtype.itemSize > loss.sound
    else { return nil }
    return loss
  }

  private mutating func walk() throws(CheckpointError) {
    var walk = EdgeWalk(document)
    // How deep the part lies that goes as a whole.
    var goneDepth: Int?
    while let step = walk.next() {
      guard case .enter(let visit) = step else { continue }
      if let depth = goneDepth, visit.depth <= depth { goneDepth = nil }
      if goneDepth == nil, cannotStay(visit) {
        if let edge = visit.edge { lostEdges.append(edge) } else { isRootLost = true }
        goneDepth = visit.depth
      }
      switch document[visit.node] {
      case .tensor, .composite: try note(visit.node, walk.path(), isGone: goneDepth != nil)
      default: break
      }
    }
    try walk.checkWhole()
  }

  private func leads(_ node: NodeID) -> Bool { leadsToLost[Int(node.index)] }

  /// Whether what stands there is a lost tensor, is made from one, or has one in its key.
  private func cannotStay(_ visit: EdgeWalk.Visit) -> Bool {
    if let edge = visit.edge, case .mapping(let mapping) = document[edge.parent],
      mapping.entries.indices.contains(edge.index), leads(mapping.entries[edge.index].key)
    {
      return true
    }
    guard leads(visit.node) else { return false }
    switch document[visit.node] {
    case .tensor, .composite: return true
    case .object:
      return zip(document.slots(of: visit.node), document.children(of: visit.node)).contains {
        $0 == .fixed && leads($1.node)
      }
    default: return false
    }
  }

  private mutating func note(_ node: NodeID, _ path: Text, isGone: Bool) {
    guard isGone else { return report.survivors.append(path) }
    var lost = DamageReport.Lost(
      path: path, reason: "it is a part of something that cannot be without a lost tensor")
    var tensors: [TensorRecord] = []
    switch document[node] {
    case .tensor(let tensor):
      tensors = [tensor]
      (lost.dtype, lost.shape, lost.bytes) = (tensor.dtype.rawValue, tensor.shape, tensor.byteCount)
    case .composite(let composite):
      tensors = document.tensors(of: composite)
      (lost.dtype, lost.shape) = (composite.dtype?.rawValue, composite.shape)
      lost.bytes = document.byteCount(of: composite)
    default: break
    }
    if let loss = loss(ofAny: tensors) {
      lost.reason = loss.reason
      if loss.missing > 0 { lost.missing = loss.missing }
    }
    report.lost.append(lost)
  }
}
