// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What the programs compute with.
package typealias FastKernels = NativeKernels<Float>

extension BackboneFile {
  /// The network with the tensors that the table says loaded; the others are drawn anew.
  ///
  /// - Precondition: the table has been checked.
  package func network(
    _ configuration: NetworkConfiguration, front: FrontEnd, _ table: LoadingTable, seed: UInt64
  ) throws(CheckpointError) -> any SpeakerNetwork<FastKernels> {
    let tensors = tensors
    var values: [String: LoadedParameters.Value] = [:]
    for key in table.keys(.loaded) {
      guard let tensor = tensors[key] else { continue }
      do {
        values[key] = try read(tensor)
      } catch {
        throw error.at(file: path, key: key)
      }
    }
    let fresh = Set(table.keys(.fresh))
    let source = ChosenParameters(
      fresh: FreshParameters(seed: seed), loaded: LoadedParameters(values), isFresh: fresh.contains)
    return try configuration.network(FastKernels.self, front: front, source: source)
  }

  private func read(_ tensor: TensorRecord) throws(CheckpointError) -> LoadedParameters.Value {
    let reader = TensorReader(document, tensor)
    if let values = try reader.floats() {
      guard values.allSatisfy(\.isFinite) else {
        throw CheckpointError(
          .misfit, "the tensor holds NaN or infinity", hint: "`resect show` tells how many")
      }
      return .floats(shape: tensor.shape, values)
    }
    let bits = try reader.bytes().reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return .counter(Int64(bitPattern: bits))
  }

  /// The whole network for embedding: every tensor loaded, none left over.
  ///
  /// - Throws: `misfit` with what does not fit.
  package func network(front: FrontEnd) throws(CheckpointError) -> any SpeakerNetwork<FastKernels> {
    let table = try LoadingTable(configuration.slots, self, .init())
    do {
      try table.check()
    } catch {
      throw CheckpointError(
        .misfit, error.reason, at: .init(file: path), hint: "a backbone whose tensors are all there")
    }
    return try network(configuration, front: front, table, seed: 0)
  }
}
