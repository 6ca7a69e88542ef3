// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct SwappedBytesTests {
  private static let bytes = (0..<50).map { UInt8($0) }

  @Test(arguments: [2, 4, 8]) func `any range is a range of the whole`(_ width: Int) throws {
    let swapped = SwappedBytes(.memory(Self.bytes), width: width)
    var right = Self.bytes
    for start in stride(from: 0, to: 50 / width * width, by: width) {
      right[start..<start + width].reverse()
    }
    let source = ByteSource.computed(swapped)
    #expect(source.byteCount == 50)
    for lower in 0...50 {
      for upper in lower...50 { #expect(try source.read(lower..<upper) == Array(right[lower..<upper])) }
    }
  }

  @Test func `chunks join without a seam`() throws {
    let size = ByteSource.chunkSize + 24
    let source = ByteSource.memory((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    let once = ByteSource.computed(SwappedBytes(source, width: 8))
    let twice = ByteSource.computed(SwappedBytes(once, width: 8))
    let range = 12_345..<size - 3
    #expect(try twice.read(range) == source.read(range))
  }

  @Test func `one storage under numbers of two sizes is refused`() throws {
    var bytes = try Fixtures.bytes("forms/two-sizes.pt")
    let folder = try TemporaryFolder()
    try File.write(bytes, to: folder("a.pt"))
    let error = #expect(throws: CheckpointError(.unsupported, "")) { try Checkpoint.open(folder("a.pt")) }
    #expect(error?.reason.contains("big-endian") == true)
    #expect(error?.location.member == "data/0")
    // Neither word: refused by name.
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("big".utf8)) && $0 > 100 })
    bytes.replaceSubrange(place..<place + 3, with: Array("mid".utf8))
    try File.write(bytes, to: folder("b.pt"))
    #expect(throws: CheckpointError.self) { try Checkpoint.open(folder("b.pt")) }
  }
}
