// SPDX-License-Identifier: Apache-2.0

/// How the path of one tensor became another: what stands before the components that both end in.
struct PathChange: Hashable {
  /// Each is empty or ends with `.` or `/`.
  var from: Text
  var to: Text

  /// Nil where the last components differ, so that nothing is implied for other paths.
  init?(_ a: Text, _ b: Text) {
    let (x, y) = (a.bytes, b.bytes)
    var common = 0
    while common < min(x.count, y.count), x[x.count - 1 - common] == y[y.count - 1 - common] { common += 1 }
    // Back to where a component begins on both sides.
    func begins(_ bytes: [UInt8], _ index: Int) -> Bool { index == 0 || Self.isSeparator(bytes[index - 1]) }
    while common > 0, !(begins(x, x.count - common) && begins(y, y.count - common)) { common -= 1 }
    guard common > 0 else { return nil }
    from = a.dropLast(common)
    to = b.dropLast(common)
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
  }

  /// What a path can begin with: nothing, or up to and with any of its separators.
  ///
  /// Of a path with more separators than any network is deep, the first ones: each prefix is as long as what it begins.
  static func prefixes(of path: Text) -> [Text] {
    let bytes = path.bytes
    return [""]
      + bytes.indices.lazy.filter { isSeparator(bytes[$0]) }.prefix(64).map { path[0..<$0 + 1] }
  }

  /// Where a path goes that begins with `from`.
  func target(of path: Text) -> Text? {
    path.rest(after: from).map { to + $0 }
  }
}
