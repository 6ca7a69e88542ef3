// SPDX-License-Identifier: Apache-2.0
import Glibc
import TestSupport
import Testing
import Training

/// TensorBoard's own reader judges whole files: `Tests/Interop/tensorboard_judge.py`. Here are bytes that it accepted.
@Suite struct EventFileTests {
  @Test func `CRC-32C has its check value`() {
    #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
    // RFC 3720, B.4: 32 zeros, 32 ones.
    #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.of([]) == 0)
  }

  static let line = MetricsLine(
    .step, epoch: 2, step: 1, iteration: 300, time: 1.5, values: ["lr": 0.25, "loss/step": 2])

  @Test func `an event's bytes are those that TensorBoard reads`() throws {
    let wanted: [UInt8] = [
      0x2B, 0, 0, 0, 0, 0, 0, 0, 0x86, 0x1B, 0xC3, 0x4B,
      0x09, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0x10, 0xAC, 0x02, 0x2A, 0x1D,
      0x0A, 0x10, 0x0A, 0x09, 0x6C, 0x6F, 0x73, 0x73, 0x2F, 0x73, 0x74, 0x65, 0x70, 0x15, 0, 0, 0, 0x40,
      0x0A, 0x09, 0x0A, 0x02, 0x6C, 0x72, 0x15, 0, 0, 0x80, 0x3E,
      0xA1, 0x13, 0x1F, 0xD3,
    ]
    #expect(try EventFile.record(EventFile.scalars(Self.line)) == wanted)
  }

  @Test func `two files of one second have two names`() throws {
    let folder = try TemporaryFolder()
    for _ in 0..<2 { _ = try EventFile(in: folder.path, voidingFrom: nil, time: 1_760_000_000.25) }
    #expect(
      folder.names == ["events.out.tfevents.1760000000.resect", "events.out.tfevents.1760000001.resect"])
  }

  /// Writes what the judge reads, where it says: a run of 6 steps that broke off and resumed after 4, and a run in place
  /// of another.
  @Test(.enabled(if: unsafe getenv("RESECT_EVENTS") != nil))
  func `a run for TensorBoard`() throws {
    let folder = unsafe String(cString: try #require(unsafe getenv("RESECT_EVENTS")))
    for (name, second) in [
      ("resumed", RunLog.Start.resuming(iteration: 4)), ("replaced", .fresh(replacing: true)),
    ] {
      let run = FilePath.join(folder, name)
      try FileSystem.makeFolders(run)
      try MetricsTests.record(1...3, RunLog(in: run, .fresh(replacing: false), time: 1_760_000_000))
      let rest = second == .fresh(replacing: true) ? 2...2 : 3...4
      try MetricsTests.record(rest, RunLog(in: run, second, time: 1_760_000_100))
    }
  }
}
