// SPDX-License-Identifier: Apache-2.0

/// The names that a pickle may hold without being able to do more than make data: exact pairs of a module and a name,
/// never a prefix. What a module's namespace holds besides is not theirs: it has what it imported.
package enum HarmlessGlobals {
  /// Why names are harmless; many share one.
  package struct Reason: Hashable, Sendable {
    /// Its word in the list.
    package var word: Text
    /// `data` for a class whose objects are data, `rebuild` for a function that makes data anew.
    package var verdict: GlobalVerdict
    /// Whether what comes of a call may be one of its arguments: what BUILD does to it is done to something else.
    package var mayGiveArgument: Bool
    package var why: Text
  }

  /// Nil for what is not in the list.
  package static func reason(for global: GlobalName) -> Reason? { parsed.names[global] }

  /// Every name, with why.
  package static var names: [GlobalName: Reason] { parsed.names }

  /// Read once, when first asked.
  private static let parsed = HarmlessList(list)
}

/// The list as it is written: reasons, then names.
struct HarmlessList {
  private(set) var reasons: [Text: HarmlessGlobals.Reason] = [:]
  private(set) var names: [GlobalName: HarmlessGlobals.Reason] = [:]
  /// Lines that say nothing: a word without a reason, a name that is there already.
  private(set) var faults: [Text] = []

  init(_ list: String) {
    var last: Text?
    for part in list.split(separator: "\n") {
      let line = Text(part)
      if let reason = line.dropping(prefix: "* ") {
        last = read(reason: reason)
      } else if let more = line.dropping(prefix: "  "), let last {
        reasons[last]?.why += " " + more
      } else {
        read(names: line)
      }
    }
  }

  /// `WORD data|rebuild [argument]: why`.
  private mutating func read(reason line: Text) -> Text? {
    let head = line.prefix(before: ":")
    let words = head.split(" ")
    guard words.count == 2 || (words.count == 3 && words[2] == "argument"), reasons[words[0]] == nil,
      let verdict = words[1].ascii.flatMap(GlobalVerdict.init(rawValue:)), !verdict.isFinding,
      let why = line.dropping(prefix: head + ": ")
    else {
      faults.append(line)
      return nil
    }
    reasons[words[0]] = .init(word: words[0], verdict: verdict, mayGiveArgument: words.count == 3, why: why)
    return words[0]
  }

  /// `MODULE WORD NAME...`, and for the judge alone what stands behind a bar.
  private mutating func read(names line: Text) {
    let words = line.prefix(before: "|").split(" ").filter { !$0.isEmpty }
    guard words.count > 2, let reason = reasons[words[1]] else {
      faults.append(line)
      return
    }
    for name in words[2...] where names.updateValue(reason, forKey: GlobalName(words[0], name)) != nil {
      faults.append(line)
    }
  }
}
