// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

@Suite struct SmallFloatTests {
  static let formats: [(SmallFloat, UInt32)] = [
    (.float16, 0xFFFF), (.bfloat16, 0xFFFF), (.e4m3fn, 0xFF), (.e5m2, 0xFF), (.e4m3fnuz, 0xFF),
    (.e5m2fnuz, 0xFF),
  ]

  @Test(arguments: formats) func `every code that is a number encodes back to itself`(
    _ format: SmallFloat, _ last: UInt32
  ) {
    for code in 0...last {
      let value = format.decode(code)
      if !value.isNaN { #expect(format.encode(value) == code, "\(value)") }
    }
  }

  @Test func `float16 agrees with the processor's own conversion at every code and midway between codes`() {
    for code in UInt32(0)..<0x7C00 {
      let value = format16(code)
      #expect(SmallFloat.float16.decode(code) == value)
      let middle = (Double(value) + Double(format16(code + 1 == 0x7C00 ? code : code + 1))) / 2
      let expected = Float16(Float(middle)).bitPattern
      #expect(SmallFloat.float16.encode(Float(middle)) == UInt32(expected))
    }
  }

  private func format16(_ code: UInt32) -> Float { Float(Float16(bitPattern: UInt16(code))) }

  /// Values from the format's definition (OCP OFP8) and PyTorch 2.15's own conversion.
  @Test func `float8 rounds ties to even and overflows where PyTorch does`() {
    #expect(SmallFloat.e4m3fn.encode(448) == 0x7E)
    #expect(SmallFloat.e4m3fn.encode(464) == 0x7E)
    #expect(SmallFloat.e4m3fn.encode(464.1) == 0x7E)
    #expect(SmallFloat.e4m3fn.encode(-.infinity) == 0xFE)
    #expect(SmallFloat.e5m2.encode(57344) == 0x7B)
    #expect(SmallFloat.e5m2.encode(61440) == 0x7C)
    #expect(SmallFloat.e5m2.encode(61439) == 0x7B)
    #expect(SmallFloat.e4m3fnuz.encode(240) == 0x7F)
    #expect(SmallFloat.e4m3fnuz.encode(-0.0) == 0)
    #expect(SmallFloat.e4m3fnuz.encode(.nan) == 0x80)
  }
}
