// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// 3D-Speaker's configuration file: top-level values, and objects `{obj: a.Class, args: {...}}`; a text `<name>` stands
/// for the top-level value of that name (`speakerlab/utils/builder.py`).
///
/// It keeps count of what has been asked for, so that the rest can be named.
package final class TrainingRecipe {
  private let root: YAMLValue
  private var used: Set<String> = []
  /// What `aside` asked for.
  private var setAside: Set<String> = []

  /// - Throws: `misfit` where the file is no mapping.
  package init(_ root: YAMLValue) throws(CheckpointError) {
    guard case .map = root else {
      throw CheckpointError(
        .misfit, "it is no mapping of names to values, as 3D-Speaker's configurations are")
    }
    self.root = root
  }

  /// The value at a path of keys such as `lr_scheduler/args/max_lr`, references followed; nil where there is none, or
  /// null.
  private func value(_ path: String) throws(CheckpointError) -> YAMLValue? {
    var here = root
    for key in path.split(separator: "/") {
      guard let next = here[Text(key)] else { return nil }
      here = next
    }
    used.insert(path)
    var steps = 0
    while case .text(let text) = here, text.hasPrefix("<"), text.hasSuffix(">"), text.count > 1 {
      let name = text[1..<text.count - 1]
      guard let next = root[name], steps < 16 else {
        throw CheckpointError(.misfit, "`\(path)` is \(text), and nothing of that name tells what it is")
      }
      used.insert(name.shown)
      here = next
      steps += 1
    }
    return here == .null ? nil : here
  }

  /// The number at the first of the paths that has a value; nil where none has.
  package func number(_ paths: String...) throws(CheckpointError) -> Double? { try number(anyOf: paths) }

  func number(anyOf paths: [String]) throws(CheckpointError) -> Double? {
    guard let (path, found) = try first(paths) else { return nil }
    switch found {
    case .int(let number): return Double(number)
    case .float(let number): return number
    // YAML 1.1 reads 5e-05 as text.
    case .text(let text):
      if let number = Double(text.shown) { return number }
      throw wrong(path, "a number")
    default: throw wrong(path, "a number")
    }
  }

  private func first(
    _ paths: [String]
  ) throws(CheckpointError) -> (path: String, value: YAMLValue)? {
    for path in paths {
      if let found = try value(path) { return (path, found) }
    }
    return nil
  }

  package func int(_ paths: String...) throws(CheckpointError) -> Int? { try int(anyOf: paths) }

  func int(anyOf paths: [String]) throws(CheckpointError) -> Int? {
    guard let (path, found) = try first(paths) else { return nil }
    guard case .int(let value) = found, let whole = Int(exactly: value) else {
      throw wrong(path, "a whole number")
    }
    return whole
  }

  package func ints(_ path: String) throws(CheckpointError) -> [Int]? {
    guard let found = try value(path) else { return nil }
    guard case .list(let items) = found else { throw wrong(path, "a list of whole numbers") }
    let numbers = items.compactMap { if case .int(let number) = $0 { Int(exactly: number) } else { nil } }
    guard numbers.count == items.count else { throw wrong(path, "a list of whole numbers") }
    return numbers
  }

  package func bool(_ paths: String...) throws(CheckpointError) -> Bool? { try bool(anyOf: paths) }

  func bool(anyOf paths: [String]) throws(CheckpointError) -> Bool? {
    guard let (path, found) = try first(paths) else { return nil }
    guard case .bool(let value) = found else { throw wrong(path, "true or false") }
    return value
  }

  /// Nil where the text is empty.
  package func text(_ paths: String...) throws(CheckpointError) -> String? { try text(anyOf: paths) }

  func text(anyOf paths: [String]) throws(CheckpointError) -> String? {
    guard let (path, found) = try first(paths) else { return nil }
    guard case .text(let value) = found else { throw wrong(path, "text") }
    return value.isEmpty ? nil : value.shown
  }

  /// The class of an object: the last part of its `obj`.
  package func object(_ name: String) throws(CheckpointError) -> String? {
    try text("\(name)/obj").map { String($0.split(separator: ".").last ?? "") }
  }

  /// The names in an object, in the file's order; none where there is no object.
  package func keys(_ path: String) throws(CheckpointError) -> [String] {
    guard case .map(let entries) = try value(path) else { return [] }
    return entries.map(\.key.shown)
  }

  /// Reads what may not be needed: it counts as used only when `useAside()` says that it was.
  package func aside<Value>(
    _ read: () throws(CheckpointError) -> Value
  ) -> Result<Value, CheckpointError> {
    let before = used
    defer {
      setAside.formUnion(used.subtracting(before))
      used = before
    }
    do throws(CheckpointError) { return .success(try read()) } catch { return .failure(error) }
  }

  package func useAside() { used.formUnion(setAside) }

  /// Paths of the values that nothing asked for, in the file's order; an object of which nothing was used by its name.
  package var unused: [String] {
    guard case .map(let entries) = root else { return [] }
    return entries.flatMap { unused($0.value, $0.key.shown) }
  }

  private func unused(_ value: YAMLValue, _ path: String) -> [String] {
    if used.contains(path) { return [] }
    guard case .map(let entries) = value, used.contains(where: { $0.hasPrefix(path + "/") }) else {
      return [path]
    }
    return entries.flatMap { unused($0.value, "\(path)/\($0.key.shown)") }
  }

  private func wrong(_ path: String, _ wanted: String) -> CheckpointError {
    CheckpointError(.misfit, "`\(path)` is not \(wanted)")
  }
}
