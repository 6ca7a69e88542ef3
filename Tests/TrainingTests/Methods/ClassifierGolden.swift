// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

/// What PyTorch makes of classifiers with blocks: `fixtures/classifiers/expected.json`.
struct ClassifierGolden: Decodable {
  /// `[key, shape, values]`.
  struct Entry: Decodable {
    let key: String
    let shape: [Int]
    let values: [Double]

    init(from decoder: any Decoder) throws {
      var parts = try decoder.unkeyedContainer()
      key = try parts.decode(String.self)
      shape = try parts.decode([Int].self)
      values = try parts.decode([Double].self)
    }
  }

  /// `[name, version]`.
  struct Module: Decodable {
    let name: String
    let version: Int

    init(from decoder: any Decoder) throws {
      var parts = try decoder.unkeyedContainer()
      name = try parts.decode(String.self)
      version = try parts.decode(Int.self)
    }
  }

  struct Step: Decodable {
    let embeddings: [Double]
    let loss: Double
    let slopes: [Double]
    let gradients: [String: [Double]]
    let after: [Entry]
    let scores: [Double]
  }

  struct Case: Decodable {
    let blocks: Int
    let metadata: [Module]
    let before: [Entry]
    let steps: [Step]
  }

  let embedding: Int
  let width: Int
  let classes: Int
  let labels: [Int]
  let cases: [String: Case]

  static let names = ["cosine, 1", "cosine, 2", "linear, 1", "linear, 3"]

  init() throws {
    self = try JSONDecoder().decode(Self.self, from: Data(Fixtures.bytes("classifiers/expected.json")))
  }

  func classifier<Numbers: Kernels>(_ name: String, _: Numbers.Type) throws -> Classifier<Numbers> {
    let example = try #require(cases[name])
    let tensors = example.before.map { entry -> (Text, LoadedParameters.Value) in
      let isCounter = entry.key.hasSuffix("num_batches_tracked")
      return (
        Text(entry.key),
        isCounter
          ? .counter(Int64(entry.values[0])) : .floats(shape: entry.shape, entry.values.map { Float($0) })
      )
    }
    return try Classifier<Numbers>(
      name.hasPrefix("cosine") ? .cosine : .linear, embedding: embedding, classes: classes,
      blocks: ClassifierBlocks(count: example.blocks, width: width),
      source: LoadedParameters(Dictionary(uniqueKeysWithValues: tensors)))
  }

  /// Each tensor against PyTorch's.
  func compare(
    _ registry: Registry<Double>, _ expected: [Entry], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try #require(registry.entries.count == expected.count)
    for (entry, right) in zip(registry.entries, expected) {
      switch entry {
      case .parameter(let tensor), .buffer(let tensor):
        #expect(
          relativeDistance(tensor.value.elements, right.values) < 1e-10, "\(tensor.key)",
          sourceLocation: sourceLocation)
      case .counter(let counter):
        #expect(Double(counter.value) == right.values[0], "\(counter.key)", sourceLocation: sourceLocation)
      }
    }
  }
}
