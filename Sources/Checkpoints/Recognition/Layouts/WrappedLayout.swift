// SPDX-License-Identifier: Apache-2.0

/// A state dict in which every key begins with a wrapper: `module.` of DistributedDataParallel, `_orig_mod.`
/// of torch.compile, repeated and in any order, or `backbone.`.
enum WrappedLayout: Layout {
  static let name = "wrapped state dict"
  static let page = "wrapped"

  static func evidence(_ survey: Survey) -> [String]? {
    let branches = survey.branches.filter { !$0.prefix.isEmpty }
    guard !branches.isEmpty else { return nil }
    return branches.map { branch in
      let name = branch.name.isEmpty ? "the document" : "`\(branch.name)`"
      let beside = branch.dropped.map(\.path)
      let rest = beside.isEmpty ? "" : ", but for \(Prose.list(beside))"
      return "every key of \(name) begins with `\(branch.prefix)`\(rest)"
    }
  }
}

/// A container that holds a backbone which is known, bare: `{'model': ..., 'epoch': 3}`.
enum KnownBackboneLayout: Layout {
  static let name = "known backbone in a container"
  static let page = "known-backbone"

  static func evidence(_ survey: Survey) -> [String]? {
    let branches = branches(survey).filter { $0.summary != nil }
    guard !branches.isEmpty else { return nil }
    return branches.map { branch in
      let name = branch.name.isEmpty ? "the document" : "`\(branch.name)`"
      guard let backbone = branch.backbone else {
        return "\(name) holds keys of \(branch.summary ?? "a backbone")"
      }
      return "\(name) holds the keys of \(backbone.family.rawValue)"
    }
  }
}
