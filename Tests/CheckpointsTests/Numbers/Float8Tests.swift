// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// float8 against what PyTorch 2.15 makes of every bfloat16 and float32, as `fixtures/float8/make.py` found it.
@Suite struct Float8Tests {
  private struct Expected: Decodable {
    var torch: String
    /// Steps: from a bit pattern up to the next step all become one code.
    var types: [String: [String: [[UInt32]]]]
  }

  private static func steps(_ type: DType, _ source: String) throws -> [[UInt32]] {
    let expected = try JSONDecoder().decode(Expected.self, from: Data(Fixtures.bytes("float8/expected.json")))
    #expect(expected.torch.hasPrefix("2.15."))
    return try #require(expected.types[type.rawValue]?[source])
  }

  static let types: [DType] = [.float8_e4m3fn, .float8_e5m2, .float8_e4m3fnuz, .float8_e5m2fnuz]

  private static func cast(_ bytes: [UInt8], from: DType, to: DType) -> (codes: [UInt8], overflows: Int) {
    var losses = Conversion.Losses()
    let codes = unsafe FloatingPointCodec.convert(bytes.span.bytes, from: from, to: to, &losses)
    return (codes, losses.overflows)
  }

  private static func bytes<Bits: FixedWidthInteger>(_ patterns: [Bits]) -> [UInt8] {
    patterns.flatMap { pattern in
      (0..<MemoryLayout<Bits>.size).map { UInt8(truncatingIfNeeded: pattern >> (8 * $0)) }
    }
  }

  @Test(arguments: types) func `every bfloat16 becomes the code that PyTorch gives it`(type: DType) throws {
    let steps = try Self.steps(type, "bfloat16")
    let codes = Self.cast(Self.bytes((0...UInt16.max).map { $0 }), from: .bfloat16, to: type).codes
    try #require(codes.count == 65536 && steps.count > 200)
    for (index, step) in steps.enumerated() {
      let end = index + 1 < steps.count ? Int(steps[index + 1][0]) : codes.count
      let run = codes[Int(step[0])..<end]
      #expect(run.allSatisfy { $0 == step[1] }, "from \(step[0]) to \(end)")
    }
  }

  @Test(arguments: types) func `every float32 changes its code where PyTorch changes it`(type: DType) throws {
    let steps = try Self.steps(type, "float32")
    let firsts = Self.cast(Self.bytes(steps.map { $0[0] }), from: .float32, to: type).codes
    #expect(firsts == steps.map { UInt8($0[1]) })
    // The last pattern of each step has the step's code still.
    let lasts = steps.dropFirst().map { $0[0] - 1 } + [UInt32.max]
    #expect(Self.cast(Self.bytes(lasts), from: .float32, to: type).codes == steps.map { UInt8($0[1]) })
  }

  @Test(arguments: [
    (DType.float8_e4m3fn, [0x7E, 0xFE, 0x7E, 0xFE, 0x7F, 0x7E, 0x7E] as [UInt8], 5),
    (.float8_e5m2, [0x7C, 0xFC, 0x7C, 0xFC, 0x7F, 0x5F, 0x5F], 2),
    (.float8_e4m3fnuz, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80], 6),
    (.float8_e5m2fnuz, [0x80, 0x80, 0x80, 0x80, 0x80, 0x63, 0x63], 4),
  ])
  func `infinities that do not stay so count as overflow, and NaN does not`(
    type: DType, codes: [UInt8], overflows: Int
  ) {
    let values: [Float] = [1e30, -1e30, .infinity, -.infinity, .nan, 464.001, 464]
    let found = Self.cast(Self.bytes(values.map(\.bitPattern)), from: .float32, to: type)
    #expect(found.codes == codes)
    #expect(found.overflows == overflows)
  }

  @Test func `float64 reaches float8 through float32, as in PyTorch`() {
    let values: [Double] = [1e300, -1e300, .infinity, 464.000_000_1, 0.1]
    let found = Self.cast(Self.bytes(values.map(\.bitPattern)), from: .float64, to: .float8_e4m3fn)
    #expect(found.codes == [0x7E, 0xFE, 0x7E, 0x7E, 0x1D])
    #expect(found.overflows == 3)
  }

  @Test func `a merge of float8 that goes beyond 448 is refused`() throws {
    func document(_ code: UInt8) -> Document {
      var document = Document(nodes: [])
      let storage = document.add(Storage(name: "data/0", byteCount: 1, bytes: .memory([code])))
      let tensor = document.add(
        .tensor(TensorRecord(dtype: .float8_e4m3fn, shape: [1], offset: 0, storage: storage)))
      document.root = document.add(.stateDict(StateDict(kind: .dict, entries: ["a": tensor])))
      return document
    }
    // 0 + 2 x (448 - 0)
    let inputs = [document(0x7E)]
    let (base, method) = (document(0), MergeMethod.task(weights: [2]))
    #expect(throws: CheckpointError(.overflow, "")) {
      try Merge(inputs, base: base, method, format: .torch)
    }
    _ = try Merge(inputs, base: base, .task(weights: [1]), format: .torch)
  }
}
