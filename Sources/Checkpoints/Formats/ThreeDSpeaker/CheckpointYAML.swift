// SPDX-License-Identifier: Apache-2.0

/// `CKPT.yaml`: a dict, which upstream reads with PyYAML (`speakerlab/utils/checkpoint.py`) and writes with
/// `yaml.dump`, keys sorted.
package struct CheckpointYAML: Sendable, Equatable {
  /// In the file's order.
  package var entries: [YAMLValue.Entry] = []

  package init() {}

  package init(epoch: Int, unixtime: Double) {
    self["epoch"] = .int(Int64(epoch))
    self["unixtime"] = .float(unixtime)
  }

  package subscript(name: Text) -> YAMLValue? {
    get { entries.first { $0.key == .text(name) }?.value }
    set {
      let place = entries.firstIndex { $0.key == .text(name) }
      switch (newValue, place) {
      case (let value?, let place?): entries[place].value = value
      case (let value?, nil): entries.append(.init(key: .text(name), value: value))
      case (nil, let place?): entries.remove(at: place)
      case (nil, nil): break
      }
    }
  }

  /// Nil where the file has none.
  package var epoch: Int? { if case .int(let epoch) = self["epoch"] { Int(epoch) } else { nil } }

  /// What upstream takes the newest by; nil where the file has none.
  package var unixtime: Double? {
    switch self["unixtime"] {
    case .float(let time): time
    case .int(let time): Double(time)
    default: nil
    }
  }

  /// Reads YAML as PyYAML does: CRLF, comments, flow form, nested values, a byte order mark.
  ///
  /// - Parameter name: what hints call the file.
  /// - Throws: what `TextFile` and `YAMLValue` throw; `unsupported` where it is no mapping. An empty file has no entries.
  package init(_ bytes: [UInt8], name: String = ThreeDSpeaker.yamlName.shown) throws(CheckpointError) {
    let value = try YAMLValue(TextFile(bytes, name: name))
    if value == .null { return }
    guard case .map(let entries) = value else {
      throw CheckpointError(
        .unsupported, "it is \(value.kind), no mapping of names to values",
        hint: "`epoch: 3` and `unixtime: 1.5`, a line each")
    }
    self.entries = entries
  }

  /// A name and its value on each line, by bytes of the names. What is nested stands in flow form.
  package var text: [UInt8] {
    let lines = entries.map { (name: YAMLText.key($0.key), value: YAMLText.of($0.value)) }
    let sorted = lines.sorted { Text($0.name) < Text($1.name) }
    return Array(sorted.map { "\($0.name): \($0.value)\n" }.joined().utf8)
  }
}
