// SPDX-License-Identifier: Apache-2.0
import Testing
import Training

/// DINO's schedules against `losses_schedules.json`, which 3D-Speaker's own functions wrote.
@Suite struct ScheduleTests {
  private struct Goldens: Decodable {
    let rate: [String: Double]
    let momentum: [String: Double]
    let decay: [String: Double]
    let lambda: [Double]

    enum CodingKeys: String, CodingKey {
      case rate = "dino_lr_0.4_bs52x4_ep70_warm10_niter100"
      case momentum = "dino_momentum_0.996_ep70_niter100"
      case decay = "dino_wd"
      case lambda = "rdino_lambda"
    }
  }

  private func check(_ schedule: some Schedule, _ golden: [String: Double]) throws {
    #expect(!golden.isEmpty)
    for (step, value) in golden {
      let found = schedule.value(at: try #require(Int(step)))
      #expect(abs(found - value) <= 1e-13 * value, "step \(step): \(found), not \(value)")
    }
  }

  @Test func `the cosine after a warm-up, for rate, momentum and decay`() throws {
    let golden = try GoldenFiles.decode(Goldens.self, "losses_schedules.json")
    let rate = CosineSchedule(
      base: 0.4 * 208 / 256, final: 1e-5, warmupEpochs: 10, epochs: 70, stepsPerEpoch: 100)
    try check(rate, golden.rate)
    #expect(rate.value(at: 999) == rate.value(at: 1000))
    #expect(rate.value(at: 7000) == 1e-5)
    try check(CosineSchedule(base: 0.996, final: 1, epochs: 70, stepsPerEpoch: 100), golden.momentum)
    try check(CosineSchedule(base: 5e-5, final: 5e-5, epochs: 70, stepsPerEpoch: 100), golden.decay)
  }

  @Test func `a table by epochs`() throws {
    let golden = try GoldenFiles.decode(Goldens.self, "losses_schedules.json")
    let table = EpochTable(from: 0.05, to: 0.2, ramp: 10, stepsPerEpoch: 3)
    for (epoch, value) in golden.lambda.enumerated() {
      #expect(abs(table.value(inEpoch: epoch) - value) <= 1e-15)
      #expect(table.value(at: 3 * epoch + 2) == table.value(inEpoch: epoch))
    }
    let temperature = EpochTable(from: 0.04, to: 0.04, ramp: 10, stepsPerEpoch: 3)
    for iteration in 0..<40 { #expect(temperature.value(at: iteration) == 0.04) }
  }

  @Test func `numpy's linspace, its last value exact`() {
    // numpy.linspace(0.1, 0.7, 4), and its forms with two values, one and none.
    let space = LinearSpace(from: 0.1, to: 0.7, count: 4)
    #expect((0..<4).map { space[$0] } == [0.1, 0.3, 0.5, 0.7])
    #expect((0..<2).map { LinearSpace(from: 3, to: 5, count: 2)[$0] } == [3, 5])
    #expect(LinearSpace(from: 3, to: 5, count: 1)[0] == 3)
    #expect(EpochTable(from: 3, to: 5, ramp: 0, stepsPerEpoch: 1).value(at: 0) == 5)
  }

  @Test func `steps to a tenth, and a constant`() {
    // 0.1 * 0.1 ** (epoch // 10) in Python, at epochs 0, 9, 10, 29, 30.
    let schedule = StepSchedule(initial: 0.1, period: 10, stepsPerEpoch: 4)
    let values = [0, 39, 40, 119, 120].map { schedule.value(at: $0) }
    let expected = [0.1, 0.1, 0.010000000000000002, 0.0010000000000000002, 0.00010000000000000003]
    for (found, value) in zip(values, expected) { #expect(abs(found - value) <= 1e-15 * value) }
    #expect(ConstantSchedule(0.25).value(at: 12345) == 0.25)
  }
}
