// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A key list as tab-separated columns, a key a line.
///
/// With a header line the columns are told by name: `name` (or `key`, `path`), `shape`, and `dtype` where it is
/// there; others are passed over. Without one they are name, shape, or name, dtype, shape. A shape is
/// `16x80x5` or `scalar`, or as Python prints it: `(16, 80, 5)`, `torch.Size([16, 80, 5])`.
struct KeyTable {
  private(set) var entries: OrderedDictionary<Text, KeySpec.Entry> = [:]

  private struct Columns {
    var name = 0
    var shape: Int
    var dtype: Int?
  }

  /// Throws `corrupt`, which names the line.
  init(_ text: String) throws(CheckpointError) {
    var columns: Columns?
    var number = 0
    // Swift sees a carriage return with its newline as one character.
    for row in text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
      number += 1
      guard row.contains(where: { $0 != " " && $0 != "\t" }) else { continue }
      let cells = row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      if columns == nil, let header = Self.header(cells) {
        columns = header
        continue
      }
      let places: Columns
      if let columns { places = columns } else { places = try Self.places(cells.count, number) }
      columns = places
      try add(cells, places, number)
    }
    guard !entries.isEmpty else { throw CheckpointError(.corrupt, "the table lists no key") }
  }

  private static func header(_ cells: [String]) -> Columns? {
    let words = cells.map { $0.lowercased() }
    guard let name = words.firstIndex(where: { ["name", "key", "path"].contains($0) }),
      let shape = words.firstIndex(of: "shape")
    else { return nil }
    return Columns(name: name, shape: shape, dtype: words.firstIndex(of: "dtype"))
  }

  private static func places(_ count: Int, _ line: Int) throws(CheckpointError) -> Columns {
    switch count {
    case 0, 1:
      throw CheckpointError(
        .corrupt,
        "line \(line): one column; a key list has name and shape, or name, dtype and shape, with a "
          + "tab between")
    case 2: return Columns(shape: 1)
    default: return Columns(shape: 2, dtype: 1)
    }
  }

  private mutating func add(_ cells: [String], _ columns: Columns, _ line: Int) throws(CheckpointError) {
    guard cells.count > max(columns.name, columns.shape, columns.dtype ?? 0) else {
      throw CheckpointError(.corrupt, "line \(line): \(cells.count) columns are too few")
    }
    let name = Text(cells[columns.name])
    guard !name.isEmpty else { throw CheckpointError(.corrupt, "line \(line): the name is empty") }
    guard let shape = Self.shape(cells[columns.shape]) else {
      throw CheckpointError(
        .corrupt, "line \(line): `\(cells[columns.shape])` is no shape", at: .init(key: name),
        hint: "`16x80x5`, or `scalar`")
    }
    let dtype = columns.dtype.map { cells[$0] }
    let plain = dtype.map { $0.hasPrefix("torch.") ? String($0.dropFirst(6)) : $0 }
    let entry = KeySpec.Entry(shape: shape, dtype: plain?.isEmpty == true ? nil : plain)
    guard entries.updateValue(entry, forKey: name) == nil else {
      throw CheckpointError(.corrupt, "line \(line): the key is listed twice", at: .init(key: name))
    }
  }

  /// `16x80x5`, `scalar`, `(16, 80, 5)`, `[]`, `torch.Size([2])`; nil for anything else.
  static func shape(_ text: String) -> [Int]? {
    if text == "scalar" { return [] }
    var body = text[...]
    if body.hasPrefix("torch.Size("), body.hasSuffix(")") { body = body.dropFirst(11).dropLast() }
    let isBracketed =
      (body.hasPrefix("[") && body.hasSuffix("]")) || (body.hasPrefix("(") && body.hasSuffix(")"))
    if isBracketed {
      body = body.dropFirst().dropLast()
      // Python's `(3,)`.
      if body.hasSuffix(",") { body = body.dropLast() }
      if body.isEmpty { return [] }
    }
    var shape: [Int] = []
    for part in body.split(separator: isBracketed ? "," : "x", omittingEmptySubsequences: false) {
      let digits = isBracketed ? part.drop { $0 == " " } : part
      guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let size = Int(digits)
      else { return nil }
      shape.append(size)
    }
    return shape
  }
}
