// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension LoadingTable {
  /// Everything must be loaded or named: nothing is left to chance, as `strict=False` would leave it.
  ///
  /// - Parameter network: what said what the network is; nil where the file does.
  /// - Throws: `misfit`, with the first keys and the option that settles them.
  package func check(against network: NamedNetwork? = nil) throws(CheckpointError) {
    var reasons: [String] = []
    if let network, isStranger {
      throw CheckpointError(
        .misfit, "no key of the file has a place in the network, `\(network.name)`",
        hint: "leave `--network` out where the file tells, or name the network that it holds")
    }
    let misshapen = rows.filter { $0.status == .misshapen }
    if !misshapen.isEmpty {
      let shown = misshapen.prefix(3).map(\.mismatch).joined(separator: ", ")
      let more = misshapen.count > 3 ? " and \(misshapen.count - 3) more" : ""
      reasons.append("\(shown)\(more)")
    }
    let absent = rows.filter { $0.status == .missing }.map(\.key)
    if !absent.isEmpty { reasons.append("\(Self.list(absent)) \(Self.are(absent)) not in the file") }
    let left = rows.filter { $0.status == .left }.map(\.key)
    if !left.isEmpty { reasons.append("no `--load` names \(Self.list(left))") }
    let unexpected = keys(.unexpected)
    if !unexpected.isEmpty {
      reasons.append("the network has no place for \(Self.list(unexpected))")
    }
    guard !reasons.isEmpty else { return }
    let unloaded = misshapen.map(\.key) + absent + left
    let hint: String
    if let network, misshapen.count > count(.loaded) {
      hint = "a network of the file's widths: `\(network.name)` has others, and nothing is resized"
    } else if unloaded.isEmpty {
      hint = "`\(Self.words("--ignore", unexpected, among: unexpected))` to do without them"
    } else {
      let all = rows.filter { $0.needed != nil }.map(\.key)
      hint = "`\(Self.words("--fresh", unloaded, among: all))` to begin them anew"
    }
    throw CheckpointError(.misfit, reasons.joined(separator: "; "), hint: hint)
  }

  /// As strict loading: every tensor loaded, nothing left over.
  package var isComplete: Bool { rows.allSatisfy { $0.status == .loaded } }

  private static func list(_ keys: [Text]) -> String { Prose.list(keys, limit: 4) }

  private static func are(_ keys: [Text]) -> String { keys.count == 1 ? "is" : "are" }

  /// Whether the file and the network have nothing in common.
  private var isStranger: Bool {
    rows.contains { $0.status == .unexpected } && rows.allSatisfy { $0.needed == nil || $0.found == nil }
      && rows.contains { $0.status == .missing }
  }

  /// Patterns that an option takes are listed to so many; more do not fit on a line.
  private static let mostWords = 8

  /// The option with patterns that name these keys and none of the others.
  private static func words(_ option: String, _ keys: [Text], among all: [Text]) -> String {
    let wanted = Set(keys)
    let others = LayerNames(all.filter { !wanted.contains($0) })
    var groups: [(name: Text, keys: [Text])] = []
    for key in keys {
      // The shortest name with nothing else below it.
      let name = others.gap(at: key) ?? key
      if groups.last?.name == name {
        groups[groups.count - 1].keys.append(key)
      } else {
        groups.append((name, [key]))
      }
    }
    let words = groups.prefix(mostWords).map { group in
      "\(option) "
        + (group.keys.count == 1
          ? ShellWords.safe(group.keys[0]) : ShellWords.quotes(common(group.keys) + ".**"))
    }
    return words.joined(separator: " ") + (groups.count > mostWords ? " ..." : "")
  }

  /// The longest name that all of the keys lie below.
  private static func common(_ keys: [Text]) -> Text {
    var common = (keys.first ?? "").split(".").dropLast()
    for key in keys {
      let parts = key.split(".")
      while !parts.starts(with: common) { common = common.dropLast() }
    }
    return Array(common).joined(separator: ".")
  }
}

extension LoadingTable.Row {
  fileprivate var mismatch: String {
    if let dtype { return "`\(key)` holds \(dtype)" }
    return "`\(key)` is \(Self.text(found)), the network needs \(Self.text(needed))"
  }

  /// `16x96x1`, `scalar`, or a dash where there is nothing.
  package static func text(_ shape: [Int]?) -> String {
    guard let shape else { return "-" }
    return TensorRecord.text(of: shape)
  }
}
