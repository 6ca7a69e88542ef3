// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Synchronization
import Testing
import Training

struct PlanTests {
  @Test func `an epoch's batches are full, disjoint, shuffled, and repeatable`() throws {
    let plan = try EpochPlan(items: 103, batchSize: 10, seed: 1, epoch: 4)
    #expect(plan.batches.count == 10)
    #expect(plan.batches.allSatisfy { $0.count == 10 })
    let items = plan.batches.flatMap { $0 }
    #expect(Set(items).count == 100)
    #expect(items.allSatisfy { (0..<103).contains($0) })
    #expect(items != items.sorted())
    #expect(try EpochPlan(items: 103, batchSize: 10, seed: 1, epoch: 4) == plan)
    #expect(try EpochPlan(items: 103, batchSize: 10, seed: 1, epoch: 5) != plan)
    #expect(try EpochPlan(items: 103, batchSize: 10, seed: 2, epoch: 4) != plan)
    #expect(try EpochPlan.steps(items: 103, batchSize: 10) == 10)
  }

  @Test func `fewer items than a batch are refused with the size that would do`() {
    let error = #expect(throws: CheckpointError.self) {
      try EpochPlan(items: 3, batchSize: 4, seed: 0, epoch: 0)
    }
    #expect(error?.code == .contradiction)
    #expect(error?.hint == "--batch-size 3")
    #expect(throws: CheckpointError(.wrongWords, "")) { try EpochPlan.steps(items: 3, batchSize: 0) }
  }

  @Test func `random numbers are fixed for all time`() {
    var random = KeyedRandom(seed: 1, .crop, epoch: 2, item: 3)
    #expect((0..<3).map { _ in random.index(below: 1000) } == Self.recorded)
    var other = KeyedRandom(seed: 1, .shuffle, epoch: 2, item: 3)
    #expect(other.next() != KeyedRandom.first(seed: 1, .crop, epoch: 2, item: 3))
  }

  /// From a Python transcription of the generator as it is published.
  static let recorded = [346, 890, 314]

  @Test func `elements come in order, made no further ahead than asked`() throws {
    let made = Mutex(0)
    let prefetch = try Prefetch(count: 50, threads: 3, ahead: 4) { index throws(CheckpointError) in
      made.withLock { $0 += 1 }
      return index * index
    }
    for index in 0..<50 {
      #expect(made.withLock { $0 } <= index + 4)
      #expect(try prefetch.next() == index * index)
    }
    #expect(try prefetch.next() == nil)
    #expect(try prefetch.next() == nil)
  }

  @Test func `a loader that is dropped stops its threads`() throws {
    let made = Mutex(0)
    do {
      let prefetch = try Prefetch(count: 1_000_000, threads: 2, ahead: 8) { index throws(CheckpointError) in
        made.withLock { $0 += 1 }
        return index
      }
      #expect(try prefetch.next() == 0)
    }
    // The loader is gone, so no thread can make anything more.
    let after = made.withLock { $0 }
    #expect(after <= 9)
  }

  @Test func `the first error comes at its place, whatever thread met it`() throws {
    for threads in [1, 4] {
      let prefetch = try Prefetch(count: 10, threads: threads, ahead: 10) { index throws(CheckpointError) in
        if index >= 3 { throw CheckpointError(.corrupt, "item \(index)") }
        return index
      }
      for index in 0..<3 { #expect(try prefetch.next() == index) }
      let error = #expect(throws: CheckpointError.self) { try prefetch.next() }
      #expect(error?.reason == "item 3")
      #expect(try prefetch.next() == nil)
    }
  }
}

extension KeyedRandom {
  static func first(seed: UInt64, _ purpose: Purpose, epoch: Int, item: Int) -> UInt64 {
    var random = KeyedRandom(seed: seed, purpose, epoch: epoch, item: item)
    return random.next()
  }
}
