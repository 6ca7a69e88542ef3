// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

@Suite struct ProtobufMessageTests {
  private enum Field: Int, ProtobufFields {
    static let message = "Any"
    case one = 1
    case two
    case sixteen = 16
    var isRepeated: Bool { true }
  }

  @Test func `integers are varints, negative ones too`() throws {
    var message = ProtobufMessage<Field>()
    message.add(.one, Int64(300))
    message.add(.sixteen, Int64(0))
    message.add(.two, Int64(-1))
    let bytes: [UInt8] =
      [0x08, 0xAC, 0x02, 0x80, 0x01, 0x00, 0x10] + [UInt8](repeating: 0xFF, count: 9) + [1]
    #expect(try message.bytes() == bytes)
  }

  @Test func `bytes from elsewhere stand in their place, however deep`() throws {
    let elsewhere = ByteSource.computed(OperatorModelTests.Made(bytes: [7, 8, 9]))
    var inner = ProtobufMessage<Field>()
    inner.add(.one, "a")
    inner.add(.two, elsewhere)
    inner.add(.one, Float(1))
    var outer = ProtobufMessage<Field>()
    outer.add(.two, 0.5)
    outer.add(.one, inner)
    outer.add(.one, elsewhere)
    let wanted: [UInt8] = [
      0x11, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F, 0x0A, 13, 0x0A, 1, 0x61, 0x12, 3, 7, 8, 9, 0x0D, 0, 0, 0x80, 0x3F,
      0x0A,
      3, 7, 8, 9,
    ]
    #expect(try outer.bytes() == wanted)
    #expect(outer.byteCount == wanted.count)
    #expect(outer.planned.byteCount == wanted.count)
    #expect(outer.planned.pieces.map(\.start) == [0, 16, 19, 26, 29])
  }
}
