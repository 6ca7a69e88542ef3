// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// What a pickle builds is held against the bytes that it takes in its file.
@Suite struct StructureLimitTests {
  private func error(_ pickle: [UInt8], packed: Int) -> CheckpointError? {
    do throws(CheckpointError) { _ = try PickleMachine.run(pickle, limits: .reading(packed)) } catch {
      return error
    }
    return nil
  }

  private func list(_ count: Int, _ item: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0x5D, 0x28]
    for _ in 0..<count { bytes += item }
    return bytes + [0x65, 0x2E]
  }

  @Test func `items beyond half a million are one for two packed bytes`() {
    let nones = list(600_000, [0x4E])
    #expect(error(nones, packed: 1000)?.code == .limit)
    #expect(error(nones, packed: 1000)?.hint?.contains("--trust-sizes") == true)
    #expect(error(nones, packed: 1_200_000) == nil)
    #expect(error(list(500_000, [0x4E]), packed: 1000) == nil)
  }

  @Test func `memory beyond 128 MiB is 128 bytes for each packed one`() {
    let tuples = [0x29] + [UInt8](repeating: 0x85, count: 1_200_000) + [0x2E]
    #expect(error(tuples, packed: 5000)?.code == .limit)
    #expect(error(tuples, packed: 3_000_000) == nil)
  }

  @Test func `whoever trusts the sizes reads all`() {
    let nones = list(600_000, [0x4E])
    StructureLimits.$current.withValue(.trusting) { #expect(error(nones, packed: 1000) == nil) }
  }

  @Test func `unpacked sizes are 16 MiB, or 64 times the packed`() throws {
    let limits = StructureLimits.standard
    try limits.check(16 << 20, packed: 1)
    try limits.check(64 << 20, packed: 1 << 20)
    #expect(throws: CheckpointError(.limit, "")) { try limits.check(16 << 20 + 1, packed: 1000) }
    #expect(throws: CheckpointError(.limit, "")) { try limits.check(1 << 30, packed: 1 << 20) }
    try StructureLimits.trusting.check(1 << 40, packed: 1)
    #expect(limits.unpacked(Int.max) == Int.max)
  }

  @Test func `integers of any length are written as Python writes them, or in hexadecimal`() {
    #expect(BigInteger.decimal([0, 0, 0, 0, 0, 0, 0, 0, 1]) == "18446744073709551616")
    #expect(BigInteger.decimal([0, 0, 0, 0, 0, 0, 0, 0, 0xFF]) == "-18446744073709551616")
    // 10^27 and 10^27 + 1: groups of zeros.
    let power: [UInt8] = [0, 0, 0, 0xE8, 0x3C, 0x80, 0xD0, 0x9F, 0x3C, 0x2E, 0x3B, 3]
    #expect(BigInteger.decimal(power) == "1" + String(repeating: "0", count: 27))
    #expect(BigInteger.decimal([1] + power.dropFirst()) == "1" + String(repeating: "0", count: 26) + "1")
    #expect(BigInteger.decimal([UInt8](repeating: 0x7F, count: 3000)).hasPrefix("0x7f7f"))
  }

  @Test func `the name of a class has at most a kilobyte, and is noted all the same`() {
    let name = Array(("c" + String(repeating: "m", count: 1023) + "\nA\n").utf8)
    #expect(error(name + [0x2E], packed: 1000) == nil)
    let longer = Array(("c" + String(repeating: "m", count: 1024) + "\nA\n").utf8) + [0x2E]
    #expect(error(longer, packed: 1000)?.code == .limit)
    #expect(throws: CheckpointError(.limit, "")) { try PickleMachine.run(longer, limits: .reading(1000)) }
    #expect(PickleExamination(.memory(longer), limits: .reading(1000)).names.count == 1)
    StructureLimits.$current.withValue(.trusting) { #expect(error(longer, packed: 1000) == nil) }
  }
}
