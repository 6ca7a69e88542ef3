// SPDX-License-Identifier: Apache-2.0

/// `bytecode.pkl` of archives for phones (`_save_for_lite_interpreter`): functions as instructions, each with a table of the
/// operators that they call, and one of types.
enum MobileBytecode {
  /// What the tables name: `aten::add`, and classes that PyTorch has in C++.
  ///
  /// - Parameter packedSize: bytes that it takes of its archive.
  /// - Throws: `.corrupt` where a table is not as PyTorch writes it.
  static func operators(in pickle: [UInt8], packedSize: Int) throws(CheckpointError) -> [Text] {
    let graph = try PickleMachine.run(pickle, limits: .reading(packedSize))
    var names: Set<Text> = []
    for node in graph.nodes {
      guard case .tuple(let pair) = node, pair.count == 2, case .string(let table) = graph[pair[0]] else {
        continue
      }
      switch table {
      case "operators":
        for row in try rows(pair[1], graph) {
          guard case .tuple(let row) = graph[row], let first = row.first,
            case .string(let name) = graph[first]
          else {
            throw fault(table)
          }
          names.insert(name)
        }
      case "types":
        for row in try rows(pair[1], graph) {
          guard case .string(let name) = graph[row] else { throw fault(table) }
          if ScriptClasses.isNative(name) { names.insert(name) }
        }
      default: break
      }
    }
    return names.sorted()
  }

  private static func rows(_ id: PickleGraph.ID, _ graph: PickleGraph) throws(CheckpointError) -> [PickleGraph
    .ID]
  {
    switch graph[id] {
    case .tuple(let rows), .list(let rows): return rows
    default: throw fault("rows")
    }
  }

  private static func fault(_ table: Text) -> CheckpointError {
    CheckpointError(.corrupt, "its table of \(table) is not as PyTorch writes it")
  }
}
