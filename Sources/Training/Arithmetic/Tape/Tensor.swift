// SPDX-License-Identifier: Apache-2.0

/// The memory behind one or more variables: a value, and a gradient once the backward pass reaches it.
///
/// The first writer of a gradient sets it and later ones add to it, column range by column range, so that
/// no gradient has to be cleared beforehand.
package final class Tensor<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  private let arena: Arena
  package let value: Rows<Real>
  package var requiresGradient: Bool
  /// Whether it belongs to a network, and so outlives every tape.
  let isParameter: Bool

  private var gradientRows: Rows<Real>?
  /// Ranges of columns whose gradient holds something.
  private var written: [Range<Int>] = []

  /// Uninitialised.
  init(_ arena: Arena, rows: Int, columns: Int, requiresGradient: Bool, isParameter: Bool = false) {
    self.arena = arena
    self.value = Rows(arena, rows, columns)
    self.requiresGradient = requiresGradient
    self.isParameter = isParameter
  }

  /// Where to put the gradient of some columns, and whether something is there to add to.
  func claim(_ columns: Range<Int>) -> (rows: Rows<Real>, accumulate: Bool) {
    let rows = gradientStorage()
    let missing = uncovered(columns)
    if missing == [columns] {
      written.append(columns)
      return (rows.columns(columns), false)
    }
    for range in missing { rows.columns(range).fill(0) }
    written.append(contentsOf: missing)
    return (rows.columns(columns), true)
  }

  /// The gradient of some columns; nil when nothing has been written to any of them.
  func gradient(_ columns: Range<Int>) -> Rows<Real>? {
    guard let rows = gradientRows else { return nil }
    let missing = uncovered(columns)
    if missing == [columns] { return nil }
    for range in missing { rows.columns(range).fill(0) }
    written.append(contentsOf: missing)
    return rows.columns(columns)
  }

  /// Takes memory that holds the whole gradient already.
  func adopt(_ rows: Rows<Real>) {
    precondition(written.isEmpty, "a gradient in place cannot be added to another")
    gradientRows = rows
    written = [0..<rows.columns]
  }

  /// Forgets the gradient but keeps its memory.
  package func clearGradient() { written.removeAll(keepingCapacity: true) }

  private func gradientStorage() -> Rows<Real> {
    if let gradientRows { return gradientRows }
    let rows = Rows<Real>(arena, value.rows, value.columns)
    gradientRows = rows
    return rows
  }

  /// The parts of `columns` that no written range covers, in order.
  private func uncovered(_ columns: Range<Int>) -> [Range<Int>] {
    var missing = [columns]
    for range in written {
      missing = missing.flatMap { part -> [Range<Int>] in
        guard part.overlaps(range) else { return [part] }
        var rest: [Range<Int>] = []
        if part.lowerBound < range.lowerBound { rest.append(part.lowerBound..<range.lowerBound) }
        if range.upperBound < part.upperBound { rest.append(range.upperBound..<part.upperBound) }
        return rest
      }
    }
    return missing
  }
}
