// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc
import Testing
import Training

/// SGD, Adam, AdamW against six steps of PyTorch's: two groups, a changing rate and decay, missing gradients.
@Suite struct OptimizerTests {
  @Test(arguments: OptimizerGolden.names + OptimizerGolden.anchoredNames, OptimizerGolden.versions)
  func `six steps as PyTorch's`(_ name: String, _ version: String) throws {
    let golden = try OptimizerGolden(version)
    let fast = try OptimizerRun(golden, name, NativeKernels<Float>.self)
    let double = try OptimizerRun(golden, name, NativeKernels<Double>.self)
    let defined = try OptimizerRun(golden, name, ReferenceKernels<Float>.self)
    let workers = Workers(2)
    for step in golden.rates.indices {
      fast.step(step, workers)
      double.step(step, workers)
      defined.step(step, workers)
      #expect(try fast.distance(after: step) < 4e-7, "step \(step)")
      #expect(try double.distance(after: step) < 4e-7, "step \(step)")
      #expect(try defined.distance(after: step) < 4e-7, "step \(step)")
    }
    #expect(fast.optimizer.groups.map(\.lastRate) == golden.scales.map { golden.rates[5] * $0 })
  }

  @Test func `a group may have a rate of its own`() throws {
    let golden = try OptimizerGolden("215")
    let run = try OptimizerRun(golden, "plain", NativeKernels<Float>.self)
    run.optimizer.groups[1].rate = .own(0.25)
    run.step(0, Workers(1))
    let b = try #require(run.parameters["b"]).floats
    let expected = zip(try #require(golden.initial["b"]), try #require(golden.gradients[0]["b"])).map {
      $0 - 0.25 * $1
    }
    #expect(zip(b, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(run.optimizer.groups.map(\.lastRate) == [golden.rates[0], 0.25])
  }

  @Test(arguments: ["sgd", "amsgrad"]) func `a cleared state is a new optimizer's`(_ name: String) throws {
    let golden = try OptimizerGolden("215")
    let used = try OptimizerRun(golden, name, NativeKernels<Float>.self)
    for step in 0..<3 { used.step(step, Workers(1)) }
    #expect(used.optimizer.state.entries.count == 3)
    used.optimizer.clearState()
    #expect(used.optimizer.state.entries.isEmpty)
    for (key, parameter) in used.parameters { parameter.value.update(from: golden.initial[key] ?? []) }
    used.step(0, Workers(1))
    #expect(try used.distance(after: 0) < 4e-7)
  }

  @Test(arguments: [false, true]) func `the number of workers changes no bit`(_ adam: Bool) throws {
    func run(_ workers: Workers) throws -> ([Float], Double, [Double]) {
      let golden = (0..<300_000).map { Float(sin(Double($0))) }
      let scope = Scope<Float>(
        Registry(),
        source: LoadedParameters([
          "p": .floats(shape: [300, 1000], golden), "q": .floats(shape: [7], Array(golden[..<7])),
        ]))
      let own = [try scope.parameter("p", [300, 1000], .zeros), try scope.parameter("q", [7], .zeros)]
      let group = ParameterGroup(own, weightDecay: 0.1)
      typealias K = NativeKernels<Float>
      let optimizer: any Optimizer<K> = adam ? Adam<K>([group], decoupled: true) : SGD<K>([group])
      var norm = 0.0
      var norms: [Double] = []
      for step in 1...3 {
        for parameter in own {
          parameter.variable.tensor.clearGradient()
          let count = parameter.value.rows * parameter.value.columns
          parameter.variable.claimGradient().rows.update(
            from: (0..<count).map { Float(cos(Double($0 * step))) })
        }
        norms = GradientClipping<K>.each(own, maximum: 20, workers)
        norm = GradientClipping<K>.together(own, maximum: 10, workers)
        optimizer.step(workers, learningRate: 0.01)
      }
      return (own.flatMap(\.floats), norm, norms)
    }
    let one = try run(Workers(1))
    #expect(try run(Workers(2)) == one)
    #expect(try run(Workers(3)) == one)
  }
}
