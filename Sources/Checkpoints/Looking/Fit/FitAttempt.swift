// SPDX-License-Identifier: Apache-2.0

/// One state dict of a file, and what was found in it for a network.
struct FitAttempt: Sendable {
  let keys: FileKeys
  let spec: KeySpec
  /// The tensors of the network and of the file.
  let names: KeyNames
  let found: KeyNames
  let search: RenameSearch
  private let goal: Int

  init(_ keys: FileKeys, _ spec: KeySpec, _ names: KeyNames) {
    self.keys = keys
    self.spec = spec
    self.names = names
    found = KeyNames(keys)
    // Files from before `num_batches_tracked` have none, and load all the same.
    let isOld = !found.names.contains { $0.hasSuffix("num_batches_tracked") }
    func isNeeded(_ name: Text) -> Bool { !isOld || !name.hasSuffix("num_batches_tracked") }
    goal = names.names.count(where: isNeeded)
    search = RenameSearch(names, found, isNeeded: isNeeded)
  }

  /// The passes for a mapping. What the network has no place for is dropped only where everything else fits,
  /// up to a few tensors of another shape: where most have one, it is another network.
  func passes(_ mapping: KeyMapping) -> FitPasses? {
    let others = mapping.misshapen.count
    let isWhole = mapping.matched > 0 && mapping.matched + others >= goal && 2 * others <= goal
    return FitPasses(mapping, names, keys, found: found, drops: isWhole)
  }
}
