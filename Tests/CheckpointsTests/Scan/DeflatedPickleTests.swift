// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Pickles that are deflated: what they may cost is held against what they take of the file.
@Suite struct DeflatedPickleTests {
  /// What was not examined of a list of 400,000 empty lists in a kilobyte.
  private func notExamined(_ limits: StructureLimits) throws -> [String] {
    let path = try Fixtures.path("hostile/scan/kind-lists-deflated.pth")
    return StructureLimits.$current.withValue(limits) {
      FileScan.report(of: [path]).files[0].notExamined.map(\.message)
    }
  }

  /// A kilobyte was followed as if all that it unpacks to stood in the file: a gigabyte of memory.
  @Test func `a deflated pickle may take memory by its packed bytes`() throws {
    var limits = StructureLimits.standard
    #expect(try notExamined(limits) == [])
    limits.memoryFloor = 1 << 20
    #expect(try notExamined(limits).contains { $0.contains("more than 1 MiB") })
  }

  /// Where unpacking ended, zeros stood that the stream does not hold, and were told as a fault of the pickle.
  @Test func `what is cut where no more is unpacked has no zeros behind it`() throws {
    var limits = StructureLimits.standard
    limits.unpackedFloor = 100_000
    limits.unpackedRatio = 1
    let messages = try notExamined(limits)
    #expect(messages.contains { $0.contains("more than 100000 bytes") })
    #expect(!messages.contains { $0.contains("no pickle opcode") })
  }
}
