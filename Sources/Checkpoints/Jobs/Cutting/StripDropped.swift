// SPDX-License-Identifier: Apache-2.0

/// What a strip takes away, with sizes.
struct StripDropped {
  private(set) var groups: [SurgeryReport.Group] = []
  private(set) var paths: [Text] = []

  init(_ strip: StripPlan, _ listing: Listing) {
    var branch: Text = ""
    var kept: Text = ""
    var inside: [Text] = []
    for pass in strip.recipe.passes {
      if let take = pass as? Take { branch = take.path + "/" }
      if let under = pass as? Under { kept = under.prefix }
      if let drop = pass as? Drop { inside += drop.patterns.map { $0.dropLast(2) } }
    }
    kept = branch + kept
    func goes(_ path: Text) -> Bool {
      !path.hasPrefix(kept) || inside.contains { path.hasPrefix(kept + $0) }
    }
    paths = (listing.tensors.map(\.path) + listing.values.map(\.path)).filter(goes)
    let tensors = listing.tensors.filter { goes($0.path) }
    groups = strip.dropped.map { dropped in
      let inBranch = branch + dropped.path
      let bytes = tensors.reduce(0) { sum, tensor in
        let path = tensor.path
        let isOutside = path == dropped.path || path.hasPrefix(dropped.path + "/")
        let isInside = dropped.path.hasSuffix(".") ? path.hasPrefix(inBranch) : path == inBranch
        return isOutside || isInside ? sum &+ tensor.bytes : sum
      }
      return SurgeryReport.Group(path: dropped.path, tensors: dropped.tensors, bytes: bytes)
    }
  }
}
