// SPDX-License-Identifier: Apache-2.0

/// The members' names of a `.npz` to be: each tensor's name and `.npy`.
package struct NPZNames {
  /// In the order of the document's entries, without `.npy`.
  let names: [Text]

  /// What numpy calls an array that was given no name.
  static let unnamed: Text = "arr_0"
  /// A zip header counts a name's bytes in 16 bits.
  private static let longest = 0xFFFF - 4

  /// - Throws: `.unrepresentable` for a name that numpy or a zip reader would change, `.collision` where two tensors
  ///   would be one array to numpy.
  init(_ flat: FlatDocument) throws(CheckpointError) {
    var names: [Text] = []
    var paths: [Text: Text] = [:]
    for entry in flat.entries {
      // The root of the document is the tensor.
      let name = entry.path.isEmpty && !flat.isBare ? Self.unnamed : entry.name
      try Self.check(name, entry.path)
      if let other = paths.updateValue(entry.path, forKey: name) {
        throw CheckpointError(
          .collision, "its array would have the name of `\(other)`", at: .init(key: entry.path),
          hint: "`rename` or `drop` one of the two")
      }
      names.append(name)
    }
    for (name, entry) in zip(names, flat.entries) {
      guard let other = paths[name + ".npy"] else { continue }
      throw CheckpointError(
        .collision, "numpy would read this array where `\(other)` is asked for", at: .init(key: entry.path),
        hint: "`rename` or `drop` one of the two")
    }
    self.names = names
  }

  private static func check(_ name: Text, _ path: Text) throws(CheckpointError) {
    guard let fault = fault(of: name) else { return }
    throw CheckpointError(.unrepresentable, fault, at: .init(key: path), hint: "`rename` it first")
  }

  /// Why an array cannot have a name; nil where it can.
  package static func fault(of name: Text) -> String? {
    if name.isEmpty {
      "an array needs a name"
    } else if name.bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      "a zip archive has no place for control characters in a name"
    } else if !name.isWellFormed {
      "its name has lone surrogates, which a zip archive cannot hold"
    } else if name.count > longest {
      "its name has \(name.count) bytes; a zip archive has place for \(longest)"
    } else {
      nil
    }
  }
}
