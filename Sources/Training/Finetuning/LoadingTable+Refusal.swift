// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension LoadingTable {
  /// Everything must be loaded or named: nothing is left to chance, as `strict=False` would leave it.
  ///
  /// - Throws: `misfit`, with the first keys and the option that settles them.
  package func check() throws(CheckpointError) {
    var reasons: [String] = []
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
    let hint =
      unloaded.isEmpty
      ? "`\(Self.words("--ignore", unexpected))` to do without them"
      : "`\(Self.words("--fresh", unloaded))` to begin them anew"
    throw CheckpointError(.misfit, reasons.joined(separator: "; "), hint: hint)
  }

  /// As strict loading: every tensor loaded, nothing left over.
  package var isComplete: Bool { rows.allSatisfy { $0.status == .loaded } }

  private static func list(_ keys: [Text]) -> String { Nearest.list(keys, limit: 4) }

  private static func are(_ keys: [Text]) -> String { keys.count == 1 ? "is" : "are" }

  /// The option with a pattern that names all of the keys.
  private static func words(_ option: String, _ keys: [Text]) -> String {
    guard keys.count > 1, let first = keys.first else {
      return "\(option) \(keys.first.map(ShellWords.safe) ?? "KEY")"
    }
    var common = first.split(".").dropLast()
    for key in keys {
      let parts = key.split(".")
      while !parts.starts(with: common) { common = common.dropLast() }
    }
    if !common.isEmpty { return "\(option) " + ShellWords.quotes(common.joined(separator: ".") + ".**") }
    return keys.prefix(3).map { "\(option) \(ShellWords.safe($0))" }.joined(separator: " ") + (keys.count > 3 ? " ..." : "")
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
    return shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: "x")
  }
}
