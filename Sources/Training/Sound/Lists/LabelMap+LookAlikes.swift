// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension LabelMap {
  /// A note where names are two to a file and one to a reader: they differ in white space, in upper and lower case, or in
  /// how accents are written. Nil where none do. It shows the first two.
  package var lookAlikes: String? {
    var first: [String: Text] = [:]
    var found: (Text, Text)?
    var more = 0
    for name in names {
      let seen = Self.folded(name)
      guard let other = first[seen] else {
        first[seen] = name
        continue
      }
      if found == nil { found = (other, name) } else { more += 1 }
    }
    guard let (one, two) = found else { return nil }
    let rest = more > 0 ? "; \(more) more such name\(more == 1 ? "" : "s")" : ""
    return
      "`\(one)` and `\(two)` are two speakers: the names differ \(Self.difference(one, two)) alone\(rest)"
  }

  /// What a reader sees of a name. As a `String` it is compared by canonical equivalence, which is what is wanted here.
  private static func folded(_ name: Text) -> String { spaced(name).lowercased() }

  /// White space of any kind in one blank each, none at the ends, and nothing without width.
  private static func spaced(_ name: Text) -> String {
    name.shown.unicodeScalars.filter { !isHidden($0) }.split(whereSeparator: PythonSpace.contains)
      .map { String($0) }.joined(separator: " ")
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .format
  }

  private static func difference(_ one: Text, _ two: Text) -> String {
    // `String` calls canonically equivalent texts equal.
    if one.shown == two.shown { return "in how their accents are written (Unicode's NFC and NFD)" }
    if Text(spaced(one)) == Text(spaced(two)) {
      let isSeen = { (scalar: Unicode.Scalar) in !isHidden(scalar) }
      return one.shown.unicodeScalars.allSatisfy(isSeen) && two.shown.unicodeScalars.allSatisfy(isSeen)
        ? "in white space" : "in characters that are not seen"
    }
    return one.shown.lowercased() == two.shown.lowercased()
      ? "in upper and lower case" : "in case, white space or accents"
  }
}
