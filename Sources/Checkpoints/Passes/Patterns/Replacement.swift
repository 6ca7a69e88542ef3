// SPDX-License-Identifier: Apache-2.0

/// The TO of `rename`: text in which `$1`, `$2` or `${1}` stand for what the pattern caught, and `$$` for a
/// dollar.
///
/// Where `**.` matched nothing, its capture goes together with the dot beside it: `rename **.gamma $1.weight`
/// makes `weight` of `gamma`.
package struct Replacement: Sendable, Hashable {
  private enum Part: Hashable {
    case text(String)
    case capture(Int)
  }

  private var parts: [Part] = []

  package init(_ text: String, captures count: Int) throws(CheckpointError) {
    var literal = ""
    var rest = Substring(text)
    while let character = rest.popFirst() {
      guard character == "$" else {
        literal.append(character)
        continue
      }
      if rest.first == "$" {
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
      if !literal.isEmpty { parts.append(.text(literal)) }
      literal = ""
      parts.append(.capture(number - 1))
    }
    if !literal.isEmpty { parts.append(.text(literal)) }
  }

  private static func number(_ rest: inout Substring, in text: String) throws(CheckpointError) -> Int {
    let isBraced = rest.first == "{"
    if isBraced { rest.removeFirst() }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    rest = rest.dropFirst(digits.count)
    let isClosed = !isBraced || rest.popFirst() == "}"
    guard let number = Int(digits), isClosed else {
      throw CheckpointError(
        .wrongWords, "in `\(text)` a `$` is followed by no number",
        hint: "`$1` is the first wildcard; write `$$` for a dollar sign")
    }
    return number
  }

  package func text(for captures: [String?]) -> String {
    var result = ""
    var skipsDot = false
    for (index, part) in parts.enumerated() {
      switch part {
      case .text(let text):
        result += skipsDot && text.hasPrefix(".") ? String(text.dropFirst()) : text
        skipsDot = false
      case .capture(let number):
        guard let caught = captures[number] else {
          skipsDot = true
          if index == parts.count - 1, result.hasSuffix(".") { result.removeLast() }
          continue
        }
        result += caught
        skipsDot = false
      }
    }
    return result
  }
}
