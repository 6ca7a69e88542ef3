// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

struct ErrorRateTests {
  @Test func `EER and minDCF are upstream's`() throws {
    let golden = try #require(
      try Fixtures.object("golden/losses_schedules.json")["metrics"] as? [String: Any])
    // setup s_i=sin(0.7 i)+0.8*(i%3==0), label=(i%3==0), i<40
    let labels = (0..<40).map { $0 % 3 == 0 }
    let scores = (0..<40).map { sin(0.7 * Double($0)) + (labels[$0] ? 0.8 : 0) }
    let rates = try ErrorRates(scores: scores, targets: labels)
    func wanted(_ key: String) throws -> Double { try #require(golden[key] as? Double) }
    #expect(abs(rates.equalErrorRate.rate - (try wanted("eer"))) < 1e-12)
    #expect(abs(rates.equalErrorRate.threshold - (try wanted("thr"))) < 1e-12)
    #expect(abs(rates.minimumCost(targetPrior: 0.01) - (try wanted("minDCF_0p01"))) < 1e-12)
    #expect(abs(rates.minimumCost(targetPrior: 0.05) - (try wanted("minDCF_0p05"))) < 1e-12)
  }

  @Test func `perfect and reversed scores give 0 and 1`() throws {
    let good = try ErrorRates(scores: [0.1, 0.2, 0.8, 0.9], targets: [false, false, true, true])
    #expect(good.equalErrorRate.rate == 0)
    #expect(good.minimumCost(targetPrior: 0.01) == 0)
    let bad = try ErrorRates(scores: [0.1, 0.2, 0.8, 0.9], targets: [true, true, false, false])
    #expect(bad.equalErrorRate.rate == 1)
    #expect(bad.minimumCost(targetPrior: 0.01) == 1)
  }

  @Test func `two trials are enough`() throws {
    #expect(try ErrorRates(scores: [0, 1], targets: [false, true]).equalErrorRate == (0, 0))
    #expect(try ErrorRates(scores: [0, 1], targets: [true, false]).equalErrorRate == (1, 0))
  }

  @Test func `one kind of trial alone has no error rate`() {
    for targets in [[true, true], [false, false], []] {
      #expect(throws: CheckpointError(.misfit, "")) {
        try ErrorRates(scores: targets.map { _ in 0.5 }, targets: targets)
      }
    }
    #expect(throws: CheckpointError(.misfit, "")) {
      try ErrorRates(scores: [.nan, 1], targets: [true, false])
    }
  }
}
