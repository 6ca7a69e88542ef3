// SPDX-License-Identifier: Apache-2.0

/// What members of an archive mean to torch by their names, as miniz finds them: upper and lower case count as one.
struct TorchArchiveNames {
  /// With a slash at its end; nil where the first member lies in no folder, and torch refuses the archive.
  private let root: Text?
  private let names: Set<Text>

  init(_ members: [ArchiveMember]) {
    let first = members.first?.name
    root = first.flatMap { $0.contains("/") ? $0.prefix(before: "/").asciiLowercased + "/" : nil }
    names = Set(members.map { $0.name.asciiLowercased })
  }

  private func has(_ name: Text) -> Bool { root.map { names.contains($0 + name) } ?? false }

  /// Whether it is TorchScript, whose code `torch.jit.load` runs; of PyTorch 1.0 to 1.2 where a description says so.
  var isTorchScript: Bool { has("constants.pkl") || has("bytecode.pkl") || has("model.json") }
  /// Whether there is code, which is run where it stands or where another archive's is loaded.
  var holdsScript: Bool {
    guard let root else { return false }
    return isTorchScript || names.contains { $0.hasPrefix(root + "code/") }
  }
  var isPackage: Bool { has(".data/extern_modules") || has(".data/python_version") }

  /// `data.pkl`, and its kin in TorchScript, right below the root.
  func isPickle(_ name: Text) -> Bool { stem(name) != nil }

  private func stem(_ name: Text) -> Text? {
    guard let root, has("data.pkl") || has("bytecode.pkl"),
      let stem = name.asciiLowercased.dropping(prefix: root)?.dropping(suffix: ".pkl"), !stem.contains("/")
    else { return nil }
    return stem
  }

  /// The members that hold the storages which a pickle names: `data/0` for `data.pkl`.
  func storages(_ keys: Set<Text>, of pickle: Text) -> [Text] {
    guard let root, let stem = stem(pickle) else { return [] }
    // Mobile bytecode shares the storages of the constants.
    let folders: [Text] = stem == "bytecode" ? [stem, "constants"] : [stem]
    return folders.flatMap { folder in keys.map { root + folder + "/" + $0.asciiLowercased } }
  }

  /// Whether a member lies where storages do, so that only a pickle's word for it makes a reader of torch load it: `data/0`.
  func isStorage(_ name: Text) -> Bool {
    guard let root, let path = name.asciiLowercased.dropping(prefix: root) else { return false }
    let parts = path.split("/")
    return parts.count == 2 && has(parts[0] + ".pkl") && isPickle(root + parts[0] + ".pkl")
  }

  /// The archive's word.
  var word: String {
    if isTorchScript { return "torchscript" }
    if has("data.pkl") { return "torch" }
    return !names.isEmpty && names.allSatisfy { $0.hasSuffix(".npy") } ? "npz" : "zip"
  }
}
