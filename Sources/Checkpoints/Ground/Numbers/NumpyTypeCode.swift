// SPDX-License-Identifier: Apache-2.0

/// numpy's short name of a plain element type, as headers and pickles have it: `<f4`, `|b1`, `<U12`, `<M8[ns]`. Objects and
/// records have none.
struct NumpyTypeCode: Equatable {
  /// What kind of element: one of `?biufcSaUVmM`.
  let letter: Character
  /// Bytes an element.
  let size: Int

  /// Whether a state that such a type is BUILT with has its size too: texts and bytes.
  var hasSizeOfItsOwn: Bool { "SaUV".contains(letter) }

  /// Nil where it is none, or nothing that numpy itself writes.
  init?(_ text: Text) {
    guard let ascii = text.ascii else { return nil }
    var rest = ascii[...]
    if let first = rest.first, "<>|=".contains(first) { rest = rest.dropFirst() }
    guard let letter = rest.first, "?biufcSaUVmM".contains(letter) else { return nil }
    self.letter = letter
    rest = rest.dropFirst()
    if letter == "?" {
      guard rest.isEmpty else { return nil }
      size = 1
      return
    }
    if letter == "m" || letter == "M", let bracket = rest.firstIndex(of: "["), rest.last == "]" {
      rest = rest[..<bracket]
    }
    guard rest.allSatisfy({ ("0"..."9").contains($0) }), let count = Int(rest), count < 1 << 32 else {
      return nil
    }
    size = letter == "U" ? 4 * count : count
  }
}
