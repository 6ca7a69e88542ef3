// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// What memory a network is planned to need, against what it takes.
@Suite struct MemoryPlanTests {
  typealias Numbers = FastKernels

  /// Every network of the catalogue in its first size, and whether it is to be trained.
  static let ways = NetworkCatalogue.families.flatMap { family in
    [false, true].map { (name: "\(family.name)-\(family.embeddings[0])", isTraining: $0) }
  }

  private func network(_ name: String) throws -> any SpeakerNetwork<Numbers> {
    let configuration = try #require(try NetworkCatalogue.configuration(of: name))
    return try configuration.network(Numbers.self, front: .fbank, source: Constants())
  }

  /// The widest differ from others in their sizes alone.
  static let narrow = ways.filter { way in !["-large", "-huge", "-w24"].contains { way.name.contains($0) } }

  @Test(arguments: narrow) func `a plan is what the arena holds at most, and leaves the network as it is`(
    name: String, isTraining: Bool
  ) throws {
    let network = try network(name)
    let (batch, frames) = (2, max(16, network.shortestInput))
    let counters = network.registry.stateDict.map(\.value)
    let planned = MemoryPlan.bytes(
      of: network, batch: batch, frames: frames, training: isTraining, workers: 2)
    #expect(network.registry.stateDict.map(\.value) == counters)
    #expect(network.registry.parameters.allSatisfy { $0.variable.gradient == nil })

    let machine = Machine(workers: 2)
    let tape = Tape<Numbers>(machine, training: isTraining)
    let features = [Float](repeating: 0.5, count: batch * frames * network.inputs)
    let output = network.forward(tape, features, batch: batch)
    if isTraining {
      output.claimGradient().rows.fill(1)
      tape.backward()
    }
    #expect(planned == machine.arena.peakBytes)
  }

  @Test(arguments: ways) func `a frame's bytes hold for batches and lengths that people have`(
    name: String, isTraining: Bool
  ) throws {
    let network = try network(name)
    var plan = MemoryPlan<Numbers>()
    let estimate = Double(plan.frameBytes(of: network, training: isTraining))
    let (batch, short, long) = isTraining ? (16, 200, 400) : (1, 8000, 16000)
    let bytes = [short, long].map {
      MemoryPlan.bytes(of: network, batch: batch, frames: $0, training: isTraining)
    }
    let ratio = estimate * Double(batch * (long - short)) / Double(bytes[1] - bytes[0])
    #expect(0.9...1.1 ~= ratio, "\(batch) x \(short) to \(long) frames: \(ratio)")
  }

  @Test func `what needs more memory than the machine has is refused`() throws {
    let network = try network("resnet34-192")
    var plan = MemoryPlan<Numbers>()
    try plan.check(network, batch: 1, frames: 100, training: true)
    for isTraining in [false, true] {
      let error = #expect(throws: CheckpointError(.limit, "")) {
        try plan.check(network, batch: 1 << 20, frames: 1 << 10, training: isTraining)
      }
      #expect(error?.hint == (isTraining ? "a smaller batch or shorter crops" : "cut the recording"))
    }
  }

  @Test func `layers that are frozen keep nothing for a way back`() throws {
    let network = try network("ecapa-c512-192")
    var plan = MemoryPlan<Numbers>()
    let whole = plan.frameBytes(of: network, training: true)
    network.freeze { _ in true }
    #expect(plan.frameBytes(of: network, training: true) < whole / 2)
    network.freeze { _ in false }
    #expect(plan.frameBytes(of: network, training: true) == whole)
  }
}

/// The same value everywhere.
private struct Constants: ParameterSource {
  func values(for key: String, shape: [Int], initial: Initialiser) throws(CheckpointError) -> [Float] {
    Array(repeating: 0.01, count: shape.reduce(1, *))
  }

  func counter(for key: String) throws(CheckpointError) -> Int64 { 0 }
}
