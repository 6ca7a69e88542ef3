// SPDX-License-Identifier: Apache-2.0

/// Tags: those of YAML's own simple types are followed, all others are refused by name. Nothing of a file is run.
enum YAMLTag {
  struct Scalar {
    var value: YAMLValue
    /// What a plain scalar was resolved to.
    var resolved: YAMLScalar.Resolved
  }

  private static let prefix = "tag:yaml.org,2002:"

  /// The value of a scalar by its tag, or by its form where it has none.
  static func build(_ scalar: YAMLEvent.Scalar, _ line: Int) throws(CheckpointError) -> Scalar {
    let text = scalar.value
    let resolved: YAMLScalar.Resolved
    switch scalar.tag {
    case nil: resolved = scalar.isPlain ? YAMLScalar.resolve(text) : .value(.text(text))
    // The non-specific tag: PyYAML has the form decide, in quotes too.
    case "!": resolved = YAMLScalar.resolve(text)
    case prefix + "str": resolved = .value(.text(text))
    case prefix + "null": resolved = .value(.null)
    case prefix + "bool": resolved = YAMLScalar.bool(text).map { .value($0) } ?? .broken
    case prefix + "int": resolved = YAMLScalar.int(text.bytes)
    case prefix + "float":
      resolved = YAMLScalar.float(text.bytes).map { .value(.float($0)) } ?? .broken
    case prefix + "timestamp":
      resolved = YAMLTimestamp.isDate(text.bytes) ? .value(.timestamp(text)) : .broken
    case prefix + "merge": resolved = .merge
    case prefix + "value": resolved = .equals
    case let tag?: throw refusal(tag, line)
    }
    switch resolved {
    case .value(let value): return Scalar(value: value, resolved: resolved)
    case .merge, .equals: return Scalar(value: .text(text), resolved: resolved)
    case .large:
      throw CheckpointError(
        .unsupported, "the number \(text.shown.prefix(40)) is beyond 64 bits",
        at: .init(member: "line \(line)"))
    case .broken:
      throw CheckpointError(
        .corrupt, "`\(text.shown.prefix(40))` cannot be read as its form or tag says",
        at: .init(member: "line \(line)"), hint: "quotes around it, and no tag, if it is a text")
    }
  }

  /// Makes sure that a collection is a plain one.
  static func check(_ tag: String?, isMapping: Bool, _ line: Int) throws(CheckpointError) {
    guard let tag, tag != "!", tag != prefix + (isMapping ? "map" : "seq") else { return }
    throw refusal(tag, line)
  }

  private static func refusal(_ tag: String, _ line: Int) -> CheckpointError {
    let short = tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
    let isPython = short.hasPrefix("!!python/")
    return CheckpointError(
      .unsupported,
      isPython
        ? "the tag `\(short)` stands for an object of Python's, and nothing of a file is run"
        : "the tag `\(short)` is not read",
      at: .init(member: "line \(line)"), hint: "a plain value in its place")
  }
}
