// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import OrderedCollections
import TestSupport
import Testing
import Training

/// Classifiers with blocks: names, gradients, and `fixtures/classifiers`, which PyTorch wrote.
@Suite struct ClassifierBlocksTests {
  @Test(arguments: [
    ("classifier_cosine_512x1000_blocks2", ClassifierKind.cosine, 2),
    ("classifier_linear_512x3_blocks2", .linear, 2), ("classifier_linear_512x3", .linear, 0),
    ("classifier_cosine_192x5994", .cosine, 0),
  ]) func `the state dict has upstream's keys, shapes and order`(
    _ name: String, _ kind: ClassifierKind, _ count: Int
  ) throws {
    let keys = try KeyLine.list(name)
    let last = try #require(keys.first { $0.name == (kind == .cosine ? "weight" : "linear.weight") }).shape
    let slots = try Classifier<FastKernels>(
      kind, embedding: last[1], classes: last[0], blocks: ClassifierBlocks(count: count),
      source: OutlineParameters()
    ).registry.slots
    #expect(slots.map(\.key) == keys.map(\.name))
    #expect(slots.map(\.shape) == keys.map(\.shape))
    #expect(slots.map { $0.kind == .parameter } == keys.map { $0.kind == "parameter" })
    #expect(slots.map { $0.kind == .counter } == keys.map { $0.type == "int64" })
  }

  private struct Shape: Sendable {
    var kind: ClassifierKind
    var batch: Int
    var embedding: Int
    var classes: Int
    var blocks: ClassifierBlocks
  }

  /// Small sizes of all kinds, drawn by number.
  private static let shapes = (0..<12).map { index -> Shape in
    var random = KeyedRandom(seed: 77, UInt64(index))
    func size(_ most: Int) -> Int { 1 + Int(random.uniform() * Double(most)) }
    return Shape(
      kind: index % 2 == 0 ? .cosine : .linear, batch: 2 + size(5), embedding: 1 + size(8),
      classes: 1 + size(4), blocks: ClassifierBlocks(count: size(3), width: 1 + size(17)))
  }

  @Test(arguments: shapes, [true, false])
  private func `gradients are the differences of values`(_ shape: Shape, _ usesBatch: Bool) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      func make() throws -> Classifier<Numbers> {
        let made = try Classifier<Numbers>(
          shape.kind, embedding: shape.embedding, classes: shape.classes, blocks: shape.blocks,
          source: FreshParameters(seed: 4))
        for norm in made.registry.norms { norm.keepsStatistics = !usesBatch }
        return made
      }
      let rows = try make().registry.parameters.map { TestShape($0.value.rows, 1, $0.value.columns) }
      let input = TestShape(shape.batch, 1, shape.embedding)
      // Normalised values of few rows turn sharply, so that differences are coarser.
      try checkGradients(numbers, [input] + rows, seed: 3, tolerance: 1e-4) { tape, inputs in
        let classifier = try make()
        let parameters = classifier.registry.parameters
        for (parameter, values) in zip(parameters, inputs.dropFirst()) {
          fill(parameter.value, values.value.elements)
        }
        return (classifier.scores(tape, inputs[0]), [inputs[0]] + parameters.map(\.variable))
      }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }

  @Test func `fresh values are PyTorch's defaults`() throws {
    for kind in ClassifierKind.allCases {
      let classifier = try Classifier<FastKernels>(
        kind, embedding: 40, classes: 30, blocks: ClassifierBlocks(count: 2, width: 90),
        source: FreshParameters(seed: 2))
      func bound(_ key: String) throws -> Float {
        try #require(classifier.registry.parameters.first { $0.key == key }).floats.map(abs).max() ?? 0
      }
      var expected = ["blocks.0.linear.weight": 40.0, "blocks.1.linear.weight": 90]
      expected[kind == .cosine ? "weight" : "linear.weight"] = kind == .cosine ? 20 : 90
      if kind == .linear { expected["blocks.0.linear.bias"] = 40 }
      for (key, count) in expected {
        let limit = Float((1 / count).squareRoot())
        let found = try bound(key)
        #expect(found <= limit && found > 0.9 * limit, "\(key)")
      }
      for parameter in classifier.registry.parameters where parameter.key.contains("batchnorm") {
        #expect(Set(parameter.floats) == [parameter.key.hasSuffix("weight") ? 1 : 0])
      }
    }
  }

  @Test(arguments: ClassifierGolden.names) func `two steps are PyTorch's`(_ name: String) throws {
    let golden = try ClassifierGolden()
    let example = try #require(golden.cases[name])
    let classifier = try golden.classifier(name, NativeKernels<Double>.self)
    #expect(classifier.registry.slots.map(\.key) == example.before.map(\.key))
    #expect(classifier.registry.slots.map(\.shape) == example.before.map(\.shape))

    let machine = Machine(workers: 2)
    let optimizer = SGD<NativeKernels<Double>>([
      ParameterGroup(classifier.registry.parameters, weightDecay: 0.01)
    ])
    for (index, step) in example.steps.enumerated() {
      if index == 1 {
        for parameter in classifier.registry.parameters where parameter.key.hasPrefix("blocks.0.") {
          parameter.isFrozen = true
        }
        classifier.registry.norms[0].keepsStatistics = true
      }
      let tape = Tape<NativeKernels<Double>>(machine, training: true)
      let x = tape.make(
        batch: golden.labels.count, positions: 1, channels: golden.embedding, requiresGradient: true)
      fill(x.value, step.embeddings)
      let loss = classifier.loss(tape, x, labels: golden.labels, margin: 0.2)
      #expect(abs(loss.value - step.loss) < 1e-11 * step.loss)
      classifier.registry.clearGradients()
      tape.backward()
      #expect(relativeDistance(try #require(x.gradient).elements, step.slopes) < 1e-10)
      let used = classifier.registry.parameters.filter { $0.usedGradient != nil }
      #expect(Set(used.map(\.key)) == Set(step.gradients.keys))
      let size = step.gradients.values.flatMap { $0 }.reduce(0) { max($0, abs($1)) }
      for parameter in used {
        // Those of a bias before a norm are nothing but rounding.
        let pairs = zip(try #require(parameter.usedGradient).elements, step.gradients[parameter.key] ?? [])
        let apart = pairs.map { abs($0.0 - $0.1) }.max() ?? .infinity
        #expect(apart < 1e-10 * size, "\(parameter.key)")
      }
      optimizer.step(machine.workers, learningRate: 0.1)
      try golden.compare(classifier.registry, step.after)

      let judging = Tape<NativeKernels<Double>>(machine, training: false)
      let again = judging.make(
        batch: golden.labels.count, positions: 1, channels: golden.embedding, requiresGradient: false)
      fill(again.value, step.embeddings)
      let scores = classifier.scores(judging, again)
      #expect(relativeDistance(scores.value.elements, step.scores) < 1e-10)
      try golden.compare(classifier.registry, step.after)
    }
  }

  @Test(arguments: ClassifierGolden.names) func `_metadata names PyTorch's modules`(_ name: String) throws {
    let golden = try ClassifierGolden()
    let classifier = try golden.classifier(name, NativeKernels<Double>.self)
    let versions = ModuleVersions(
      classifier.blocks.modules(classifier.kind), keys: Set(classifier.registry.slots.map(\.key))
    ).versions
    let expected = try #require(golden.cases[name]).metadata
    #expect(Array(versions.keys) == expected.map(\.name))
    #expect(Array(versions.values) == expected.map(\.version))
  }

  @Test func `sizes that make no classifier are refused`() {
    for (count, width, code) in [(-1, 3, CheckpointError.Code.misfit), (1, 0, .misfit), (90, 60_000, .limit)]
    {
      #expect(throws: CheckpointError(code, "")) {
        try Classifier<FastKernels>(
          .cosine, embedding: 4, classes: 2, blocks: ClassifierBlocks(count: count, width: width),
          source: OutlineParameters())
      }
    }
  }
}
