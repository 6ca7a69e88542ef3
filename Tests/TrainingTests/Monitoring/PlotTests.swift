// SPDX-License-Identifier: Apache-2.0
import Testing
import Training

@Suite struct PlotTests {
  @Test func `ticks stand at round numbers around the range`() {
    let cases: [(ClosedRange<Double>, [String])] = [
      (0...1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      (0.13...0.87, ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"]),
      (
        1...42_000,
        ["0", "10\u{202F}000", "20\u{202F}000", "30\u{202F}000", "40\u{202F}000", "50\u{202F}000"]
      ),
      (-3...5, ["-4", "-2", "0", "2", "4", "6"]),
      (0.00501...0.00502, ["0.005010", "0.005012", "0.005014", "0.005016", "0.005018", "0.005020"]),
      (0...1e-9, ["0", "2e-10", "4e-10", "6e-10", "8e-10", "10e-10"]),
      (0...8_000_000, ["0", "2e6", "4e6", "6e6", "8e6"]),
    ]
    for (range, labels) in cases {
      let axis = PlotAxis.linear("x", range)
      #expect(axis.ticks.map(\.label) == labels)
      #expect(axis.fraction(range.lowerBound) > -1e-8 && axis.fraction(range.upperBound) < 1 + 1e-8)
    }
  }

  @Test func `a single value still has an axis`() {
    for value in [0, 3, -2, 1e-9, 1e12, 1e99, .leastNonzeroMagnitude] as [Double] {
      let axis = PlotAxis.linear("x", value...value)
      #expect(axis.lower < axis.upper)
      #expect((0...1).contains(axis.fraction(value)))
    }
    #expect(PlotAxis.linear("x", 1...1, whole: true).ticks.map(\.label) == ["0", "1", "2"])
    #expect(PlotAxis.linear("x", 1...3, whole: true).ticks.map(\.label) == ["1", "2", "3"])
  }

  @Test func `absurd ranges end too`() {
    for range in [-1e308...1e308, 0...Double.leastNonzeroMagnitude, 0...1e99, 1...1e300]
      as [ClosedRange<Double>]
    {
      let axis = PlotAxis.linear("x", range)
      #expect((3...12).contains(axis.ticks.count))
      #expect(axis.lower < axis.upper)
    }
  }

  @Test func `normal deviates are PyTorch's`() {
    // torch.special.ndtri(torch.tensor([...], dtype=torch.float64))
    let wanted: [(Double, Double)] = [
      (0.5, 0), (0.025, -1.9599639845400545), (0.4, -0.2533471031357997), (1e-5, -4.264890793922825),
      (0.99, 2.3263478740408408),
    ]
    for (probability, deviate) in wanted { #expect(abs(NormalDeviate.of(probability) - deviate) < 1e-9) }
    #expect(NormalDeviate.of(0) == -8)
    #expect(NormalDeviate.of(1) == 8)
  }

  @Test func `figures have four digits that count`() {
    let cases: [(Double, String)] = [
      (0, "0"), (1234.5, "1235"), (12.345, "12.35"), (8.18061, "8.1806"), (0.25, "0.2500"),
      (0.005, "0.005000"),
      (0.00031131649, "0.0003113"), (1e-5, "0.00001000"), (-0.02, "-0.02000"), (1e-15, "0.000000000000"),
    ]
    for (value, text) in cases { #expect(LineChart.figure(value) == text) }
  }

  @Test func `an axis of rates has its ticks by percent`() {
    let axis = PlotAxis.deviate("x", lowest: 0.0007, highest: 0.4)
    #expect(axis.ticks.map(\.label) == ["0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "40"])
    #expect(axis.fraction(axis.lower) == 0)
    #expect(axis.fraction(axis.upper) == 1)
    #expect(axis.fraction(0) < 0)
  }

  @Test func `thinning keeps peaks, ends and order`() {
    var points = (0..<100_000).map { (x: Double($0), y: 0.5) }
    points[54_321].y = 9
    points[54_322].y = -9
    let thinned = CurveThinning.thinned(points)
    #expect(thinned.count <= 2004)
    #expect(thinned.first?.x == 0)
    #expect(thinned.last?.x == 99_999)
    #expect(thinned.contains { $0 == (54_321, 9) })
    #expect(thinned.contains { $0 == (54_322, -9) })
    #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x < $1.x })
    #expect(CurveThinning.thinned(Array(points[..<2000])).count == 2000)
  }
}
