// SPDX-License-Identifier: Apache-2.0
import Testing
import Training

@Suite struct EpochClockTests {
  private func clock(_ origin: Int, epochs: Int = 3, steps: Int? = nil, done: Int = 0) -> EpochClock {
    EpochClock(origin: origin, epochs: epochs, stepsPerEpoch: 4, steps: steps, done: done)
  }

  @Test(arguments: [0, 1]) func `a whole run goes through every epoch, whatever the first is called`(
    _ origin: Int
  ) {
    let clock = clock(origin)
    #expect(clock.last == 12 && clock.epochs == origin..<(origin + 3))
    #expect(clock.epochs.map(clock.end) == [4, 8, 12])
    #expect(clock.epochs.map(clock.isWhole) == [true, true, true])
    #expect(clock.epochs.map(clock.isLast) == [false, false, true])
    #expect(clock.iteration(origin + 1, 3) == 7)
  }

  @Test func `steps end it within an epoch, or with one`() {
    let within = clock(1, steps: 6)
    #expect(within.epochs == 1..<3)
    #expect(within.epochs.map(within.end) == [4, 6])
    #expect(within.epochs.map(within.isWhole) == [true, false])
    #expect(within.epochs.map(within.isLast) == [false, true])
    let with = clock(1, steps: 8)
    #expect(with.epochs == 1..<3)
    #expect(with.epochs.map(with.isWhole) == [true, true])
    #expect(with.epochs.map(with.isLast) == [false, true])
    #expect(clock(1, steps: 100).last == 12)
  }

  @Test func `it goes on where it stopped, and not where nothing is left`() {
    #expect(clock(1, done: 4).epochs == 2..<4)
    #expect(clock(1, done: 5).epochs == 2..<4)
    #expect(clock(1, steps: 5, done: 5).epochs.isEmpty)
    #expect(clock(1, done: 12).epochs.isEmpty)
    #expect(clock(1, epochs: 2, done: 12).epochs.isEmpty)
  }
}
