// SPDX-License-Identifier: Apache-2.0

/// Tags in YAML that make objects or call functions: PyYAML's `!!python/...`, and those of HyperPyYAML, by which SpeechBrain
/// reads its settings.
enum YAMLObjects {
  /// PyYAML's own name for `!!python/`.
  private static let python = "tag:yaml.org,2002:python/"
  /// Plain values under Python's names.
  private static let plain: Set<String> = [
    "none", "bool", "str", "unicode", "bytes", "int", "long", "float", "complex", "list", "tuple", "dict",
  ]
  private static let hyper = ["!new:", "!apply:", "!name:", "!module:", "!call:"]
  private static let most = 100

  static func findings(_ text: [UInt8]) -> [PlainWords.Found] {
    // Nearly no text has one.
    guard (["!!", "!<", "%TAG"] + hyper).contains(where: text.has), let events = try? YAMLEvents(text) else {
      return []
    }
    var found: [PlainWords.Found] = []
    while found.count < most, let (event, line) = try? events.next() {
      let tag: String?
      switch event {
      case .end: return found
      case .scalar(let scalar): tag = scalar.tag
      case .sequence(let start), .mapping(let start): tag = start.tag
      default: tag = nil
      }
      if let tag, let finding = finding(tag, line) { found.append(finding) }
    }
    return found
  }

  private static func finding(_ tag: String, _ line: Int) -> PlainWords.Found? {
    func about(_ name: Substring, _ who: String) -> PlainWords.Found? {
      let parts = Text(name).split(".")
      let global = GlobalName(parts.dropLast().joined(separator: "."), parts.last ?? "")
      let verdict = GlobalVerdict(global)
      guard verdict.isFinding || who == "PyYAML" else { return nil }
      return .init(
        verdict: verdict == .dangerous ? .dangerous : .opaque,
        message: "line \(line): \(who) would make or call `\(PlainText.of(String(name)))`")
    }
    if tag.hasPrefix(python) {
      let rest = tag.dropFirst(python.count)
      guard let colon = rest.firstIndex(of: ":") else {
        return plain.contains(String(rest)) ? nil : about(rest, "PyYAML")
      }
      return about(rest[rest.index(after: colon)...], "PyYAML")
    }
    guard let word = hyper.first(where: tag.hasPrefix) else { return nil }
    return about(tag.dropFirst(word.count), "HyperPyYAML")
  }
}
