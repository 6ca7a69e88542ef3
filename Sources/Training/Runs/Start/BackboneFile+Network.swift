// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension BackboneFile {
  /// The network with the tensors that the table says loaded; the others are drawn anew.
  ///
  /// - Precondition: the table has been checked.
  package func network(
    _ configuration: NetworkConfiguration, front: FrontEnd, _ table: LoadingTable, seed: UInt64
  ) throws(CheckpointError) -> any SpeakerNetwork<FastKernels> {
    let loaded: LoadedParameters
    do throws(CheckpointError) {
      loaded = try LoadedParameters(state, in: document, keys: Set(table.keys(.loaded)))
    } catch { throw error.at(file: path) }
    let fresh = Set(table.keys(.fresh))
    let source = ChosenParameters(
      fresh: FreshParameters(seed: seed), loaded: loaded, isFresh: { fresh.contains(Text($0)) })
    return try configuration.network(FastKernels.self, front: front, source: source)
  }

  /// The whole network for embedding: every tensor loaded, none left over.
  ///
  /// - Throws: `misfit` with what does not fit.
  package func network(front: FrontEnd) throws(CheckpointError) -> any SpeakerNetwork<FastKernels> {
    let table = try checkWhole()
    return try network(configuration, front: front, table, seed: 0)
  }

  /// Makes sure that the file has every tensor of its network, and no other.
  ///
  /// - Throws: `misfit` with what does not fit.
  @discardableResult
  package func checkWhole() throws(CheckpointError) -> LoadingTable {
    let table = try LoadingTable(configuration.slots, self, .init())
    do {
      try table.check()
    } catch {
      throw CheckpointError(
        .misfit, error.reason, at: .init(file: path), hint: "a backbone whose tensors are all there")
    }
    return table
  }
}
