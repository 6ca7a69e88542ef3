// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The two parts of a student or teacher, by the prefixes of their keys in files.
package enum StudentPart: String, CaseIterable, Sendable {
  case backbone = "module.backbone."
  case head = "module.head."
}

/// A backbone under a head (3D-Speaker's `Combiner`): the student or the teacher. Its state dict is that of
/// upstream's distributed model: `module.backbone.*`, then `module.head.*`.
package final class Combiner<Numbers: Kernels, Head: ProjectionHead> where Head.Real == Numbers.Real {
  package typealias Real = Numbers.Real

  package let backbone: any SpeakerNetwork<Numbers>
  package let head: Head
  var memory = MemoryPlan<Numbers>()
  private let headRegistry = Registry<Real>()

  /// - Parameter source: values under the keys of the state dict.
  /// - Throws: `misfit` where the head takes another length than the backbone's embedding; what the source throws.
  package init(
    _ backbone: NetworkConfiguration, _ head: Head.Configuration, source: any ParameterSource
  ) throws(CheckpointError) {
    self.backbone = try backbone.network(
      Numbers.self, front: .mel,
      source: PrefixedParameters(source, prefix: StudentPart.backbone.rawValue))
    self.head = try Head(
      head, Scope(headRegistry, source: PrefixedParameters(source, prefix: StudentPart.head.rawValue)))
    guard self.head.inputs == self.backbone.embedding else {
      throw CheckpointError(
        .misfit, "the head takes \(self.head.inputs) values, the backbone gives \(self.backbone.embedding)")
    }
  }

  var registries: [(part: StudentPart, registry: Registry<Real>)] {
    [(.backbone, backbone.registry), (.head, headRegistry)]
  }

  /// The trained tensors, frozen ones among them, in the order of the state dict.
  package var parameters: [Parameter<Real>] { registries.flatMap(\.registry.parameters) }

  package var stateDict: [StateEntry] {
    registries.flatMap { part, registry in
      registry.stateDict.map { entry in
        StateEntry(
          key: part.rawValue + entry.key, shape: entry.shape, value: entry.value,
          isParameter: entry.isParameter)
      }
    }
  }

  /// The state dict without its values.
  package var slots: [StateSlot] {
    registries.flatMap { part, registry in
      registry.slots.map { StateSlot(key: part.rawValue + $0.key, shape: $0.shape, kind: $0.kind) }
    }
  }

  /// Sets every tensor and counter again from a source, under the keys of the state dict.
  ///
  /// - Throws: what the source throws; the entries before that one are set already.
  package func reload(from source: any ParameterSource) throws(CheckpointError) {
    for (part, registry) in registries {
      try registry.reload(from: PrefixedParameters(source, prefix: part.rawValue))
    }
  }

  package func clearGradients() {
    for (_, registry) in registries { registry.clearGradients() }
  }

  /// Embeddings of crops of equal length: utterances x frames x mel bins, row by row.
  package func embed(
    _ tape: Tape<Numbers>, _ features: [Float], frames: Int
  ) -> Variable<Real> {
    backbone.forward(tape, features, batch: features.count / (frames * backbone.inputs))
  }

  /// Moves every parameter towards another network's: value = keep value + (1 - keep) other. Buffers stay.
  package func average(_ other: Combiner, keep: Double, _ workers: Workers) {
    var pieces: [(value: Rows<Real>, other: Rows<Real>)] = []
    for (parameter, source) in zip(parameters, other.parameters) {
      pieces += parameter.value.pieces.map { (parameter.value.rows($0), source.value.rows($0)) }
    }
    workers.forEach(pieces.count) {
      Numbers.average(pieces[$0].value, pieces[$0].other, keep: keep)
    }
  }
}

/// Values under longer keys: the key `x` is asked for as `prefix` + `x`.
struct PrefixedParameters: ParameterSource {
  private let source: any ParameterSource
  private let prefix: String

  init(_ source: any ParameterSource, prefix: String) {
    self.source = source
    self.prefix = prefix
  }

  func values(
    for key: String, shape: [Int], initial: Initialiser
  ) throws(CheckpointError) -> [Float] {
    try source.values(for: prefix + key, shape: shape, initial: initial)
  }

  func counter(for key: String) throws(CheckpointError) -> Int64 {
    try source.counter(for: prefix + key)
  }
}
