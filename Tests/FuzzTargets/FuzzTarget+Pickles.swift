// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension FuzzTarget {
  /// Bounds small enough that the sanitizer's memory limit would show a leak in them.
  private static var limits: PickleLimits {
    var limits = PickleLimits.standard
    limits.opcodes = 1 << 20
    limits.memory = 64 << 20
    return limits
  }

  /// Every index that a graph holds lies in it.
  static func pickle(_ bytes: [UInt8]) throws(CheckpointError) {
    let graph = try PickleMachine.run(bytes, limits: limits)
    func touch(_ id: PickleGraph.ID) { precondition(graph.nodes.indices.contains(Int(id.index))) }
    touch(graph.root)
    for node in graph.nodes {
      switch node {
      case .list(let items), .tuple(let items), .set(let items), .frozenset(let items): items.forEach(touch)
      case .dict(let pairs):
        pairs.forEach {
          touch($0.key); touch($0.value)
        }
      case .persistent(let id): touch(id)
      case .object(let object):
        touch(object.callee)
        touch(object.arguments)
        object.keywords.map(touch)
        (object.items + object.members + object.states).forEach(touch)
        object.pairs.forEach {
          touch($0.key); touch($0.value)
        }
      default: break
      }
    }
  }

  /// Whoever scans is told every name that whoever loads would be asked for, and where in the bytes it stands.
  static func examiner(_ bytes: [UInt8]) throws(CheckpointError) {
    let examination = PickleExamination(.memory(bytes), limits: limits)
    for name in examination.names { precondition(bytes.indices.contains(name.offset)) }
    for found in examination.oddities { precondition((0...bytes.count).contains(found.offset)) }
    switch examination.end {
    case .stop(let behind, let behindFrame):
      precondition(behind <= bytes.count && behind <= behindFrame ?? behind)
    case .broken(let error), .cut(let error):
      if error.code == .limit { throw error }
    }
    let graph = try PickleMachine.run(bytes, limits: limits)
    let told = Set(examination.names.map(\.name))
    for case .global(let name) in graph.nodes {
      // Of `getattr` the attribute is told.
      precondition(told.contains(name) || name.name == "getattr")
    }
  }

  /// What a pickle means to PyTorch, whatever storages it names: each is there, and has four thousand bytes.
  static func torch(_ bytes: [UInt8]) throws(CheckpointError) {
    let graph = try PickleMachine.run(bytes, limits: limits)
    let storage = [UInt8](repeating: 0, count: 4096)
    var decoder = TorchDecoder(graph, at: .init()) { key throws(CheckpointError) in
      .init(name: key, bytes: .memory(storage), byteCount: storage.count)
    }
    try list(decoder.decode())
  }

  static func metadata(_ bytes: [UInt8]) throws(CheckpointError) { _ = try DistributedMetadata(bytes) }

  /// Whatever a member of TorchScript's code holds, all of it is read or said not to be.
  static func script(_ bytes: [UInt8]) throws(CheckpointError) {
    let path: Text = "code/__torch__.py"
    let examination = ScriptExamination(sources: [.init(member: path, path: path, text: bytes)])
    for found in examination.operators { precondition(bytes.indices.contains(found.byte ?? -1)) }
    guard let unexamined = examination.unexamined.first else { return }
    precondition((0...bytes.count).contains(unexamined.byte ?? -1))
    throw CheckpointError(.corrupt, unexamined.reason.shown, at: .init(byte: unexamined.byte))
  }
}
