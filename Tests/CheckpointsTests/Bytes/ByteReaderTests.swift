// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing

@Suite struct ByteReaderTests {
  @Test func `fields are little-endian`() throws {
    var reader = ByteReader(Array(1...20), base: 100, subject: "the test")
    #expect(try reader.u8() == 0x01)
    #expect(try reader.u16() == 0x0302)
    #expect(try reader.u32() == 0x0706_0504)
    #expect(try reader.u64() == 0x0F0E_0D0C_0B0A_0908)
    #expect(reader.offset == 115)
    try reader.skip(1)
    #expect(try reader.slice(2) == [17, 18])
    #expect(reader.remaining == 2)
  }

  @Test func `nothing is read past the end`() {
    func failure(_ read: (inout ByteReader) throws(CheckpointError) -> Void) -> String? {
      var reader = ByteReader([1, 2, 3], base: 7, subject: "the header")
      do throws(CheckpointError) { try read(&reader) } catch {
        #expect(reader.position == 0)
        return error.description
      }
      return nil
    }
    let early = "byte 7: the header ends early: "
    #expect(
      failure { reader throws(CheckpointError) in _ = try reader.u32() } == early
        + "4 more bytes needed, 3 left")
    #expect(
      failure { reader throws(CheckpointError) in _ = try reader.slice(.max) } == early
        + "\(Int.max) more bytes needed, 3 left")
    #expect(
      failure { reader throws(CheckpointError) in try reader.skip(-1) } == early
        + "-1 more bytes needed, 3 left")
    var reader = ByteReader([UInt8](repeating: 0xFF, count: 8), subject: "the header")
    #expect(throws: CheckpointError(.corrupt, "")) { try reader.size() }
  }
}
