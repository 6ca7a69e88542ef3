// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc
import Testing
import Training

/// Losses, schedules and the optimizer against `losses_schedules.json`, which PyTorch and 3D-Speaker wrote.
@Suite struct LossTests {
  struct ArcCase: Decodable {
    let cos: [[Double]]
    let loss: Double
    let dE: [[Double]]
    let dW: [[Double]]
  }

  struct BranchCase: Decodable {
    let cos: [[Double]]
    let loss: Double
    let dcos: [[Double]]
  }

  /// One entry of the file, which holds many kinds.
  private func entry<Value: Decodable>(_ type: Value.Type, _ key: String) throws -> Value {
    let entries = try GoldenFiles.decode([String: Perhaps<Value>].self, "losses_schedules.json")
    return try #require(entries[key]?.value, "\(key) is missing or of another kind")
  }

  private struct Perhaps<Value: Decodable>: Decodable {
    let value: Value?
    init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
  }

  @Test(arguments: [0.0, 0.2, 0.3, 0.5], [false, true])
  func `additive angular margin, with gradients`(_ margin: Double, _ easy: Bool) throws {
    let golden = try entry(ArcCase.self, "arcmargin_m\(margin)_easy\(easy ? "True" : "False")")
    let tape = Tape<NativeKernels<Double>>(Machine(workers: 1), training: true)
    let x = tape.make(batch: 4, positions: 1, channels: 6, requiresGradient: true)
    let w = tape.make(batch: 5, positions: 1, channels: 6, requiresGradient: true)
    fill(x.value, (0..<24).map { Double(Float(sin(0.7 * Double($0) + 0.2))) })
    fill(w.value, (0..<30).map { Double(Float(cos(0.9 * Double($0) + 0.1))) })
    let cosines = tape.cosineSimilarity(x, w)
    #expect(relativeDistance(cosines.value.elements, golden.cos.flatMap { $0 }) < 1e-6)
    let loss = tape.arcMargin(
      cosines, labels: [0, 3, 4, 1], margin: margin, ArcMargin(scale: 32, easyMargin: easy))
    #expect(abs(loss.value - golden.loss) < 1e-6 * golden.loss)
    tape.backward()
    #expect(relativeDistance(try #require(x.gradient).elements, golden.dE.flatMap { $0 }) < 2e-6)
    #expect(relativeDistance(try #require(w.gradient).elements, golden.dW.flatMap { $0 }) < 2e-6)
  }

  @Test func `both branches of the margin`() throws {
    let golden = try entry(BranchCase.self, "arc_branch_m0.3")
    let tape = Tape<NativeKernels<Double>>(Machine(workers: 1), training: true)
    let cosines = tape.make(batch: 4, positions: 1, channels: 2, requiresGradient: true)
    fill(cosines.value, golden.cos.flatMap { $0 })
    let loss = tape.arcMargin(cosines, labels: [0, 0, 0, 0], margin: 0.3)
    #expect(abs(loss.value - golden.loss) < 1e-5)
    tape.backward()
    #expect(relativeDistance(try #require(cosines.gradient).elements, golden.dcos.flatMap { $0 }) < 1e-5)
  }

  @Test(arguments: [1.0, 1.0000001192092896, -1.0])
  func `a cosine at the end of its range gives numbers, not NaN`(_ cosine: Double) throws {
    let tape = Tape<NativeKernels<Float>>(Machine(workers: 1), training: true)
    let cosines = tape.make(batch: 1, positions: 1, channels: 2, requiresGradient: true)
    fill(cosines.value, [cosine, 0.1])
    let loss = tape.arcMargin(cosines, labels: [0], margin: 0.3)
    tape.backward()
    #expect(loss.value.isFinite)
    #expect(try #require(cosines.gradient).elements.allSatisfy(\.isFinite))
  }

  @Test func `cross-entropy's gradient and count of right answers`() throws {
    try checkGradients(NativeKernels<Double>.self, [TestShape(3, 1, 4)]) { tape, inputs in
      // The loss is a number, not a variable: its slope is the gradient that it leaves in the logits.
      let loss = tape.make(batch: 1, positions: 1, channels: 1, requiresGradient: false)
      loss.value[0, 0] = tape.crossEntropy(inputs[0], labels: [2, 0, 3]).value / cos(0.4)
      return (loss, inputs)
    }
    let tape = Tape<NativeKernels<Float>>(Machine(workers: 1), training: false)
    let logits = tape.input([3, 1, 0, 0, 5, 1], batch: 2, positions: 1, channels: 3)
    #expect(tape.crossEntropy(logits, labels: [0, 2]).correct == 1)
  }

  @Test func `the warm-up cosine schedule`() throws {
    let long = WarmupCosine(minimum: 5e-5, maximum: 0.2, warmupEpochs: 5, fixEpoch: 70, stepsPerEpoch: 100)
    for (step, value) in try entry([String: Double].self, "warmupcosine_min5e-5_max0.2_warm5_fix70_spe100") {
      #expect(abs(long.value(at: try #require(Int(step))) - value) < 1e-15, "step \(step)")
    }
    let short = WarmupCosine(minimum: 2e-5, maximum: 1e-4, warmupEpochs: 1, fixEpoch: 7, stepsPerEpoch: 100)
    for (step, value) in try entry([String: Double].self, "warmupcosine_lm_min2e-5_max1e-4_warm1_fix7_spe100")
    {
      #expect(abs(short.value(at: try #require(Int(step))) - value) < 1e-15, "step \(step)")
    }
  }

  @Test func `the margin schedule`() throws {
    var schedule = MarginSchedule(final: 0.3, startEpoch: 20, fixEpoch: 50, stepsPerEpoch: 100)
    for (step, value) in try entry([String: Double].self, "margin_exp_0to0.3_start20_fix50_spe100") {
      #expect(abs(schedule.value(at: try #require(Int(step))) - value) < 1e-12, "step \(step)")
    }
    schedule.shape = .linear
    for (step, value) in try entry([String: Double].self, "margin_linear") {
      #expect(abs(schedule.value(at: try #require(Int(step))) - value) < 1e-12, "step \(step)")
    }
  }

  /// Three steps from p = [1, -2] with the gradient [0.5, 1.5]: lr 0.1, momentum 0.9, weight decay 0.01.
  @Test(arguments: [false, true]) func `SGD as PyTorch steps`(_ nesterov: Bool) throws {
    let golden = try entry([[[Double]]].self, "sgd_nesterov_\(nesterov ? "True" : "False")")
    let registry = Registry<Float>()
    let parameter = try Scope(
      registry, source: LoadedParameters(["p": .floats(shape: [2], [1, -2])])
    ).parameter("p", [2], .zeros)
    let sgd = SGD<NativeKernels<Float>>([.init([parameter], weightDecay: 0.01)], nesterov: nesterov)
    let workers = Workers(1)
    for step in golden {
      registry.clearGradients()
      fill(parameter.variable.claimGradient().rows, [0.5, 1.5])
      sgd.step(workers, learningRate: 0.1)
      #expect(relativeDistance(parameter.floats.map { Double($0) }, step[0]) < 1e-6)
      let buffer = try #require(sgd.momentumBuffer(of: parameter))
      #expect(relativeDistance(buffer.map { Double($0) }, step[1]) < 1e-6)
    }
    parameter.isFrozen = true
    let before = parameter.floats
    sgd.step(workers, learningRate: 0.1)
    #expect(parameter.floats == before)
  }
}
