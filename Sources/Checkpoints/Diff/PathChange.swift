// SPDX-License-Identifier: Apache-2.0

/// How the path of one tensor became another: what stands before the components that both end in.
struct PathChange: Hashable {
  /// Each is empty or ends with `.` or `/`.
  var from: String
  var to: String

  /// Nil where the last components differ, so that nothing is implied for other paths.
  init?(_ a: String, _ b: String) {
    let (x, y) = (Array(a.utf8), Array(b.utf8))
    var common = 0
    while common < min(x.count, y.count), x[x.count - 1 - common] == y[y.count - 1 - common] { common += 1 }
    // Back to where a component begins on both sides.
    func begins(_ bytes: [UInt8], _ index: Int) -> Bool { index == 0 || Self.isSeparator(bytes[index - 1]) }
    while common > 0, !(begins(x, x.count - common) && begins(y, y.count - common)) { common -= 1 }
    guard common > 0 else { return nil }
    from = String(decoding: x.dropLast(common), as: UTF8.self)
    to = String(decoding: y.dropLast(common), as: UTF8.self)
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
  }

  /// What a path can begin with: nothing, or up to and with any of its separators.
  ///
  /// Of a path with more separators than any network is deep, the first ones: each prefix is as long as what it begins.
  static func prefixes(of path: String) -> [String] {
    let bytes = Array(path.utf8)
    return [""]
      + bytes.indices.lazy.filter { isSeparator(bytes[$0]) }.prefix(64)
      .map { String(decoding: bytes[...$0], as: UTF8.self) }
  }

  /// Where a path goes that begins with `from`.
  func target(of path: String) -> String? {
    guard path.utf8.starts(with: from.utf8) else { return nil }
    return to + String(decoding: path.utf8.dropFirst(from.utf8.count), as: UTF8.self)
  }
}
