// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The backbone that a run begins with, as it was before the first step.
struct StartingWeights {
  /// Every tensor, in the network's order.
  let entries: [StateEntry]
  /// The keys of those that a file gave; the others were drawn.
  private let loaded: Set<Text>
  /// SHA-256 over keys and values of what a file gave, hexadecimal: whether two runs began alike.
  let digest: String

  /// - Parameter network: one that has not been trained yet.
  init(_ network: any SpeakerNetwork<FastKernels>, _ table: LoadingTable) {
    entries = network.registry.stateDict
    loaded = Set(table.keys(.loaded))
    digest = Self.digest(entries, loaded)
  }

  /// What a run that goes on began with, read anew from the words that it was begun with.
  ///
  /// - Parameter front: what the run feeds.
  init(_ options: FinetuneOptions, front: FrontEnd) throws(CheckpointError) {
    var options = options
    options.frontEnd = front
    let start = try FinetuneStart(options, resumed: nil, onNetwork: { _ in }, onTable: { _ in })
    self.init(try start.network(seed: options.seed), start.table)
  }

  private static func digest(_ entries: [StateEntry], _ loaded: Set<Text>) -> String {
    var hash = SHA256()
    for entry in entries where loaded.contains(Text(entry.key)) {
      hash.update(Array(entry.key.utf8) + [0])
      switch entry.value {
      case .floats(let values): unsafe hash.update(values.span.bytes)
      case .counter(let value): hash.update(Array("\(value)".utf8))
      }
    }
    return hash.finalize().hexadecimal
  }

  /// Every tensor, those that were drawn as another state of the network has them.
  ///
  /// - Parameter other: in the network's order.
  func entries(drawnAsIn other: [StateEntry]) -> [StateEntry] {
    zip(entries, other).map { loaded.contains(Text($0.key)) ? $0 : $1 }
  }

  /// What the parameters that a file gave were; those that were drawn have nothing that is worth keeping.
  func origins(
    of registry: Registry<Float>
  ) -> [(parameter: Parameter<Float>, values: [Float])] {
    let values = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value) })
    return registry.parameters.compactMap { parameter in
      guard loaded.contains(Text(parameter.key)), case .floats(let floats) = values[parameter.key] else {
        return nil
      }
      return (parameter, floats)
    }
  }
}
