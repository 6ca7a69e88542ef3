// SPDX-License-Identifier: Apache-2.0

/// Reads the Python dict in a `.npy` header: exactly `descr`, `fortran_order` and `shape`, each once.
///
/// numpy evaluates the text as Python; only what numpy writes is understood here.
struct NPYHeaderParser {
  struct Fields {
    var descr: String
    var fortranOrder: Bool
    var shape: [Int]
  }

  let bytes: [UInt8]
  /// Where `bytes` begin in the file, for error messages.
  let base: Int
  private var at = 0

  init(bytes: [UInt8], base: Int) {
    self.bytes = bytes
    self.base = base
  }

  mutating func parse() throws(CheckpointError) -> Fields {
    var (descr, order, shape): (String?, Bool?, [Int]?) = (nil, nil, nil)
    try expect("{")
    while !take("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where descr == nil: descr = try elementType()
      case "fortran_order" where order == nil: order = try boolean()
      case "shape" where shape == nil: shape = try tuple()
      default: throw broken("the key '\(key)' is unknown or stands twice")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipBlanks()
    guard at == bytes.count else { throw broken("something follows the dict") }
    guard let descr, let order, let shape else {
      throw broken("one of 'descr', 'fortran_order' and 'shape' is missing")
    }
    return Fields(descr: descr, fortranOrder: order, shape: shape)
  }

  private mutating func elementType() throws(CheckpointError) -> String {
    skipBlanks()
    if at < bytes.count, bytes[at] == UInt8(ascii: "[") {
      throw CheckpointError(
        .unsupported, "a record array, with named columns, is not read", at: .init(byte: base + at),
        hint: "save one plain array")
    }
    return try string()
  }

  private mutating func string() throws(CheckpointError) -> String {
    skipBlanks()
    guard at < bytes.count, bytes[at] == UInt8(ascii: "'") || bytes[at] == UInt8(ascii: "\"") else {
      throw broken("a quoted word is expected")
    }
    let quote = bytes[at]
    let start = at + 1
    guard let end = bytes[start...].firstIndex(of: quote) else { throw broken("a quote is not closed") }
    guard !bytes[start..<end].contains(UInt8(ascii: "\\")) else { throw broken("an escape is not expected") }
    at = end + 1
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private mutating func boolean() throws(CheckpointError) -> Bool {
    if take("True") { return true }
    if take("False") { return false }
    throw broken("True or False is expected")
  }

  private mutating func tuple() throws(CheckpointError) -> [Int] {
    try expect("(")
    var shape: [Int] = []
    while !take(")") {
      shape.append(try integer())
      if take(",") { continue }
      // Python reads (3) as a number; only (3,) is a tuple.
      guard shape.count > 1 else { throw broken("one extent needs a comma: (3,)") }
      try expect(")")
      break
    }
    return shape
  }

  private mutating func integer() throws(CheckpointError) -> Int {
    skipBlanks()
    var value = 0
    let start = at
    while at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) {
      let (tens, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = tens.addingReportingOverflow(Int(bytes[at] - UInt8(ascii: "0")))
      guard !first, !second else { throw broken("an extent is too large") }
      value = sum
      at += 1
    }
    guard at > start else { throw broken("a whole number is expected") }
    // Python 2 wrote its long integers as 3L.
    if at < bytes.count, bytes[at] == UInt8(ascii: "L") { at += 1 }
    return value
  }

  private mutating func skipBlanks() {
    while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
  }

  private mutating func take(_ word: String) -> Bool {
    skipBlanks()
    guard bytes[at...].starts(with: word.utf8) else { return false }
    at += word.utf8.count
    return true
  }

  private mutating func expect(_ word: String) throws(CheckpointError) {
    guard take(word) else { throw broken("'\(word)' is expected") }
  }

  private func broken(_ why: String) -> CheckpointError {
    CheckpointError(.corrupt, "the .npy header cannot be read: \(why)", at: .init(byte: base + at))
  }
}
