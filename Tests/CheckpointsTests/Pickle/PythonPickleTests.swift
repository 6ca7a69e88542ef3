// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import FoundationEssentials
import TestSupport
import Testing

/// Pickles that CPython wrote, against what its own unpickler makes of them when it may call nothing.
@Suite struct PythonPickleTests {
  static let expected: [String: String] =
    (try? JSONDecoder().decode([String: String].self, from: Data(Fixtures.bytes("pickle/expected.json"))))
    ?? [:]

  @Test func `the expectations are there`() {
    #expect(Self.expected.count == 41)
  }

  @Test(arguments: expected.keys.sorted())
  func `CPython and the machine agree`(name: String) throws {
    let bytes = try Fixtures.bytes("pickle/" + name)
    let graph = try PickleMachine.run(bytes)
    #expect(graph.text == Self.expected[name])
    #expect(graph.byteCount == bytes.count)
    let version = name.split(separator: ".")[1]
    // Protocols 0 and 1 do not say which they are.
    #expect(graph.protocolVersion == (Int(version).map { $0 < 2 ? 0 : $0 }))
  }

  /// Every prefix and every flipped byte is either read or refused, and soon.
  @Test(arguments: expected.keys.sorted())
  func `damage never crashes`(name: String) throws {
    let bytes = try Fixtures.bytes("pickle/" + name)
    for end in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 400)) {
      var machine = PickleMachine(Array(bytes[..<end]))
      #expect(throws: CheckpointError(.corrupt, "")) { try machine.run() }
      #expect(machine.endedEarly)
    }
    for index in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 400)) {
      for flip: UInt8 in [0x01, 0x80, 0xFF] {
        var damaged = bytes
        damaged[index] ^= flip
        do throws(CheckpointError) { _ = try PickleMachine.run(damaged) } catch {
          #expect([.corrupt, .unsupported, .limit].contains(error.code), "\(error)")
        }
      }
    }
  }
}
