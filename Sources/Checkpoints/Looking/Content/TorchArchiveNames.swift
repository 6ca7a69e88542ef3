// SPDX-License-Identifier: Apache-2.0

/// What members of an archive mean to torch by their names, as miniz finds them: upper and lower case count as one.
struct TorchArchiveNames {
  /// With a slash at its end; nil where the first member lies in no folder, and torch refuses the archive.
  private let root: Text?
  private let names: Set<Text>

  init(_ names: [Text], root: Text?) {
    self.root = root.map { Self.folded($0) + "/" }
    self.names = Set(names.map(Self.folded))
  }

  static func folded(_ name: Text) -> Text {
    guard name.hasByte(where: { 0x41...0x5A ~= $0 }) else { return name }
    return Text(part: name.bytes.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 })
  }

  private func has(_ name: Text) -> Bool { root.map { names.contains($0 + name) } ?? false }

  /// Whether it is TorchScript, whose code `torch.jit.load` runs.
  var isTorchScript: Bool { has("constants.pkl") || has("bytecode.pkl") }
  var isPackage: Bool { has(".data/extern_modules") || has(".data/python_version") }

  /// `data.pkl`, and its kin in TorchScript, right below the root.
  func isPickle(_ name: Text) -> Bool { stem(name) != nil }

  private func stem(_ name: Text) -> Text? {
    guard let root, has("data.pkl") || has("bytecode.pkl"),
      let stem = Self.folded(name).dropping(prefix: root)?.dropping(suffix: ".pkl"), !stem.contains("/")
    else { return nil }
    return stem
  }

  /// The members that hold the storages which a pickle names: `data/0` for `data.pkl`.
  func storages(_ keys: Set<Text>, of pickle: Text) -> [Text] {
    guard let root, let stem = stem(pickle) else { return [] }
    // Mobile bytecode shares the storages of the constants.
    let folders: [Text] = stem == "bytecode" ? [stem, "constants"] : [stem]
    return folders.flatMap { folder in keys.map { root + folder + "/" + Self.folded($0) } }
  }

  /// The archive's word.
  var word: String {
    if isTorchScript { return "torchscript" }
    if has("data.pkl") { return "torch" }
    return !names.isEmpty && names.allSatisfy { $0.hasSuffix(".npy") } ? "npz" : "zip"
  }
}
