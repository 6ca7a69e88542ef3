// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing
import Training

/// A golden forward and backward pass of one network.
struct NetworkGolden {
  struct Document: Decodable {
    let input: String
    let B: Int
    let T: Int
    let eval_out: [[Double]]
    let train_out: [[Double]]
    let train_loss: Double
    let running_stats_l2_after: [String: [Double]]?
  }

  struct Gradient {
    let l2: Double
    let first: Double
    let last: Double
  }

  let document: Document
  let gradients: [(key: String, value: Gradient)]

  init(_ name: String) throws {
    document = try GoldenFiles.decode(Document.self, "networks/\(name).json")
    gradients = try GoldenFiles.table("networks/\(name).grads.tsv").map { row in
      let numbers = row.dropFirst().compactMap { Double($0) }
      try #require(numbers.count == 3)
      return (row[0], Gradient(l2: numbers[0], first: numbers[1], last: numbers[2]))
    }
  }

  /// x[b, t, f] = 2 sin(0.1 (t + 1) + 0.37 (f + 1) + b), or its exponential for the mel form.
  func features(_ front: FrontEnd) -> [Float] {
    var values: [Float] = []
    for b in 0..<document.B {
      for t in 0..<document.T {
        for f in 0..<80 {
          let x = 2 * sin(0.1 * Double(t + 1) + 0.37 * Double(f + 1) + Double(b))
          values.append(Float(front == .mel ? exp(x) : x))
        }
      }
    }
    return values
  }

  /// d(loss)/d(out[b, k]) with loss = mean of out[b, k] cos(0.3 k + b).
  static func slope(_ b: Int, _ k: Int, of count: Int) -> Double {
    Double(Float(cos(0.3 * Double(k) + Double(b)))) / Double(count)
  }
}

/// sqrt(sum (a - b)^2 / sum b^2).
func relativeDistance(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count, !b.isEmpty else { return .infinity }
  var (apart, size) = (0.0, 0.0)
  for i in a.indices {
    apart += (a[i] - b[i]) * (a[i] - b[i])
    size += b[i] * b[i]
  }
  return (apart / size).squareRoot()
}
