// SPDX-License-Identifier: Apache-2.0

/// What lies behind the header of a `.npy` file, as numpy's own rules have it: numbers and text, or Python objects, which
/// are a pickle that numpy runs with `allow_pickle=True`.
struct NPYElements {
  enum Kind {
    case plain
    case objects
    /// What numpy makes of the header cannot be told; objects, perhaps.
    case unknown
  }

  private(set) var kind = Kind.unknown
  /// Where the elements begin.
  let start: Int
  /// Where plain ones end; nil where that cannot be told.
  private(set) var end: Int?

  /// The longest header that is read. numpy stops at 10,000 bytes unless it is asked to go on.
  private static let longest = 16 << 20

  /// Nil where the header is cut short, or of a version that numpy does not know.
  ///
  /// - Parameter size: of the whole, where `file` is its beginning alone.
  init?(_ file: InputFile, size whole: Int? = nil) throws(CheckpointError) {
    guard file.size >= 12 else { return nil }
    let head = try file.read(0..<12)
    guard (1...3).contains(head[6]), let text = NPYHeader.text(in: head) else { return nil }
    start = text.upperBound
    guard start <= file.size, text.count <= Self.longest else { return nil }
    guard let header = NPYLiteral(try file.read(text)), let type = header["descr"] else { return }
    guard let size = Self.size(of: type, depth: 0) else {
      kind = Self.mayHoldObjects(type) ? .objects : .unknown
      return
    }
    kind = .plain
    guard case .list(let extents)? = header["shape"], let count = Self.product(size, extents) else { return }
    if count <= (whole ?? file.size) - start { end = start + count }
  }

  /// Bytes an element; nil where it may be an object, or is nothing that is known.
  private static func size(of type: NPYLiteral, depth: Int) -> Int? {
    switch type {
    case .text(let text): return NumpyTypeCode(text)?.size
    case .list(let columns):
      // `[(name, type), (name, type, shape), ...]`, or `(type, shape)`.
      if columns.count == 2, case .list(let extents) = columns[1],
        extents.allSatisfy({ if case .number = $0 { true } else { false } }), case .text = columns[0]
      {
        return product(size(of: columns[0], depth: depth + 1), extents)
      }
      var sum = 0
      for column in columns {
        guard case .list(let parts) = column, (2...3).contains(parts.count),
          var size = size(of: parts[1], depth: depth + 1)
        else { return nil }
        if parts.count == 3 {
          let extents = if case .list(let extents) = parts[2] { extents } else { [parts[2]] }
          guard let product = product(size, extents) else { return nil }
          size = product
        }
        let (next, overflow) = sum.addingReportingOverflow(size)
        if overflow { return nil }
        sum = next
      }
      return sum
    default: return nil
    }
  }

  private static func product(_ size: Int?, _ extents: [NPYLiteral]) -> Int? {
    guard var size else { return nil }
    for extent in extents {
      guard case .number(let extent) = extent, extent >= 0 else { return nil }
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      size = product
    }
    return size
  }

  /// Whether any text in it names objects, or something that is none of numpy's plain types.
  private static func mayHoldObjects(_ type: NPYLiteral) -> Bool {
    switch type {
    case .text(let text): text.contains("O") || text.contains("object")
    case .list(let parts): parts.contains(where: mayHoldObjects)
    default: false
    }
  }
}
