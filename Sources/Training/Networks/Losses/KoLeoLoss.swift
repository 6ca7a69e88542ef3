// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Kozachenko and Leonenko's regulariser (Sablayrolles et al., "Spreading vectors for similarity search", 2019) as
/// 3D-Speaker's `keleo_loss.py` computes it: -mean log of the distance between a row and the nearest other row, rows of
/// unit length.
package struct KoLeoLoss: Sendable, Equatable {
  /// Added to each difference, as `torch.nn.PairwiseDistance` does, and to the distance.
  static let epsilon = 1e-8

  package init() {}

  /// The sum of the losses of some crops, each with itself alone; its gradient times `weight` goes into the rows. Of
  /// several processes each has its share of the batch, and a row's neighbours are those of all.
  ///
  /// - Parameter embeddings: crop after crop, each of `batch` rows; at least two rows.
  package func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ embeddings: Variable<Numbers.Real>, batch: Int, weight: Double
  ) -> Double {
    let crops = embeddings.rows / batch
    let size = batch * tape.processes.count
    precondition(size > 1 && crops * batch == embeddings.rows, "whole crops of at least two utterances")
    let units = tape.unitRows(embeddings)
    let gradient = units.requiresGradient ? units.claimGradient().rows : nil
    let dots = Rows<Numbers.Real>(tape.arena, crops * size, size)
    let losses = Rows<Double>(tape.arena, 1, crops)
    let gathered = (0..<crops).map { crop in
      SharedRows(tape, units.value.rows(crop * batch..<(crop + 1) * batch))
    }
    let slopes = Rows<Numbers.Real>(tape.arena, crops * size, units.channels)
    tape.workers.forEach(crops, elements: embeddings.elements * size) { crop in
      let (all, rows) = (gathered[crop], (crop * size)..<((crop + 1) * size))
      losses[0, crop] = spread(
        Numbers.self, all.rows, dots: dots.rows(rows), weight: weight,
        into: gradient == nil ? nil : slopes.rows(rows))
      guard let gradient else { return }
      Numbers.add(
        slopes.rows(rows).rows(all.own), into: gradient.rows(crop * batch..<(crop + 1) * batch),
        accumulate: false)
    }
    return losses.elements.reduce(0, +)
  }

  private func spread<Numbers: Kernels>(
    _: Numbers.Type, _ x: Rows<Numbers.Real>, dots: Rows<Numbers.Real>, weight: Double,
    into gradient: Rows<Numbers.Real>?
  ) -> Double {
    Numbers.multiply(x, transposed: false, x, transposed: true, into: dots, accumulate: false)
    gradient?.fill(0)
    var loss = 0.0
    for row in 0..<x.rows {
      var nearest = row == 0 ? 1 : 0
      for other in 0..<x.rows where other != row && dots[row, other] > dots[row, nearest] { nearest = other }
      var square = 0.0
      for c in 0..<x.columns {
        let apart = Double(x[row, c]) - Double(x[nearest, c]) + Self.epsilon
        square += apart * apart
      }
      let distance = square.squareRoot()
      loss -= log(distance + Self.epsilon)
      guard let gradient, distance > 0 else { continue }
      let slope = -weight / (Double(x.rows) * (distance + Self.epsilon) * distance)
      for c in 0..<x.columns {
        let apart = Double(x[row, c]) - Double(x[nearest, c]) + Self.epsilon
        gradient[row, c] += Numbers.Real(slope * apart)
        gradient[nearest, c] -= Numbers.Real(slope * apart)
      }
    }
    return loss / Double(x.rows)
  }
}
