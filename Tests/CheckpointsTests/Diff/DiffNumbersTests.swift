// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import Checkpoints

/// The figures against numpy's (`fixtures/diff/make.py`), and the order of every small format.
@Suite struct DiffNumbersTests {
  private static func figures(_ name: String) throws -> [String: [String: Any]] {
    let json = try JSONSerialization.jsonObject(with: Data(Fixtures.bytes(name)))
    return try #require(json as? [String: [String: Any]])
  }

  private static func report() throws -> DiffReport {
    try Checkpoint.open(Fixtures.path("diff/numbers-a.pth"))
      .compared(with: Checkpoint.open(Fixtures.path("diff/numbers-b.pth")))
  }

  private func number(_ value: Any?) -> Double? {
    switch value {
    case let text as String: text == "Infinity" ? .infinity : text == "NaN" ? .nan : Double(text)
    case let number as NSNumber: number.doubleValue
    default: nil
    }
  }

  @Test func `every data type's figures are numpy's`() throws {
    let expected = try Self.figures("diff/expected.json")
    let report = try Self.report()
    var changed = report.changed.reduce(into: [:]) { $0[$1.path] = $1.numbers }
    for (path, want) in expected {
      guard want["differing"] as? Int != 0 else {
        #expect(changed[Text(path)] == nil, "\(path)")
        continue
      }
      let found = changed.removeValue(forKey: Text(path))
      let numbers = try #require(found, "\(path)")
      let encoded = try JSONSerialization.jsonObject(with: Data(JSONText.of(numbers).utf8))
      let got = try #require(encoded as? [String: Any])
      for (name, value) in want {
        switch name {
        case "first": #expect(numbers.first?.index == value as? [Int], "\(path)")
        case "nan", "infinite", "histogram":
          #expect((got[name] as? NSDictionary) == (value as? NSDictionary), "\(path) \(name)")
        default:
          let x = try #require(number(got[name]), "\(path) \(name)")
          let y = try #require(number(value))
          #expect(abs(x - y) <= 1e-9 * abs(y) || x == y, "\(path) \(name): \(x), not \(y)")
        }
      }
    }
    #expect(changed.isEmpty)
    #expect(report.counts.dtype == 1)
    #expect(expected.count >= 22)
  }

  @Test(arguments: ["structure", "moves", "bit"]) func `a report reads back from its JSON`(name: String)
    throws
  {
    let report = try Checkpoint.open(Fixtures.path("diff/\(name)-a.pth"))
      .compared(with: Checkpoint.open(Fixtures.path("diff/\(name)-b.pth")))
    let text = try JSONText.of(report)
    let back = try JSONDecoder().decode(DiffReport.self, from: Data(text.utf8))
    #expect(try JSONText.of(back) == text)
  }

  private func checkSteps<Format: NumberFormat>(
    _ format: Format, _ sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let codes = (0...Format.Bits.max).filter { format.value($0).isFinite }
      .sorted { format.value($0) < format.value($1) }
    for (lower, upper) in zip(codes, codes.dropFirst()) {
      let expected: UInt64 = format.value(lower) == format.value(upper) ? 0 : 1
      guard format.steps(lower, upper) == expected, format.steps(upper, lower) == expected else {
        Issue.record("\(lower) and \(upper)", sourceLocation: sourceLocation)
        return
      }
    }
    if let first = codes.first, let last = codes.last {
      let distinct = Set(codes.map(format.value)).count
      #expect(format.steps(first, last) == UInt64(distinct - 1), sourceLocation: sourceLocation)
    }
  }

  @Test func `neighbouring values are one step apart in every format of one or two bytes`() {
    checkSteps(Float16Format())
    checkSteps(BFloat16Format())
    checkSteps(ScaleFormat())
    for dtype in [DType.float8_e4m3fn, .float8_e5m2, .float8_e4m3fnuz, .float8_e5m2fnuz] {
      checkSteps(Float8Format(dtype))
    }
  }

  @Test func `the ends of float64 are as far apart as a UInt64 holds`() {
    let largest = Double.greatestFiniteMagnitude
    let steps = Float64Format().steps((-largest).bitPattern, largest.bitPattern)
    #expect(steps == UInt64(0x7FEF_FFFF_FFFF_FFFF) * 2)
    #expect(Float32Format().steps(Float(-0.0).bitPattern, Float(0).bitPattern) == 0)
  }

  @Test func `a histogram folds exponents until few bins are left, and loses none`() {
    var exponents = [Int](repeating: 0, count: 2098)
    #expect(TensorDifference.Histogram(exponents) == nil)
    exponents[0] = 1
    #expect(TensorDifference.Histogram(exponents) == .init(lowest: -1074, octaves: 1, counts: [1]))
    exponents[2097] = 5
    exponents[1000] = 7
    let histogram = TensorDifference.Histogram(exponents)
    #expect(histogram?.counts.reduce(0, +) == 13)
    #expect((histogram?.counts.count ?? 99) <= TensorDifference.Histogram.mostBins)
  }
}
