// SPDX-License-Identifier: Apache-2.0

/// The TO of `rename`: text in which `$1`, `$2` or `${1}` stand for what the pattern caught, and `$$` for a
/// dollar.
///
/// Where `**.` matched nothing, its capture goes together with the dot beside it: `rename **.gamma $1.weight`
/// makes `weight` of `gamma`.
package struct Replacement: Sendable, Hashable {
  private enum Part: Hashable {
    case text(Text)
    case capture(Int)
  }

  private var parts: [Part] = []

  package init(_ text: Text, captures count: Int) throws(CheckpointError) {
    var literal: [UInt8] = []
    var rest = text.bytes[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "$") else {
        literal.append(byte)
        continue
      }
      if rest.first == UInt8(ascii: "$") {
        literal.append(rest.removeFirst())
        continue
      }
      let number = try Self.number(&rest, in: text)
      guard number >= 1, number <= count else {
        let found = count == 0 ? "none" : count == 1 ? "one" : "\(count) of them"
        throw CheckpointError(
          .wrongWords, "`\(text)` names wildcard or group `$\(number)`, but the pattern has \(found)",
          hint: count == 0 ? "write `$$` for a dollar sign" : "the first is `$1`, the last `$\(count)`")
      }
      if !literal.isEmpty { parts.append(.text(Text(part: literal))) }
      literal = []
      parts.append(.capture(number - 1))
    }
    if !literal.isEmpty { parts.append(.text(Text(part: literal))) }
  }

  private static func number(_ rest: inout ArraySlice<UInt8>, in text: Text) throws(CheckpointError) -> Int {
    let isBraced = rest.first == UInt8(ascii: "{")
    if isBraced { rest.removeFirst() }
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    rest = rest.dropFirst(digits.count)
    let isClosed = !isBraced || rest.popFirst() == UInt8(ascii: "}")
    guard let number = Int(String(decoding: digits, as: UTF8.self)), isClosed else {
      throw CheckpointError(
        .wrongWords, "in `\(text)` a `$` is followed by no number",
        hint: "`$1` is the first wildcard; write `$$` for a dollar sign")
    }
    return number
  }

  package func text(for captures: [Text?]) -> Text {
    var result: Text = ""
    var skipsDot = false
    for (index, part) in parts.enumerated() {
      switch part {
      case .text(let text):
        result += skipsDot && text.hasPrefix(".") ? text.dropFirst(1) : text
        skipsDot = false
      case .capture(let number):
        guard let caught = captures[number] else {
          skipsDot = true
          if index == parts.count - 1, result.hasSuffix(".") { result = result.dropLast() }
          continue
        }
        result += caught
        skipsDot = false
      }
    }
    return result
  }
}
