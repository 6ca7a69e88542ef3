// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Which part of a checkpoint a path belongs to: by the networks that are recognised in it, by the optimizers' form, and
/// by the names that training code gives to what stands on a backbone.
struct PartMap {
  /// A part, and what stands before the keys in it.
  struct Place {
    var part: Part
    /// The path without what the part's name says.
    var rest: Text
  }

  struct Part: Hashable {
    var role: DiffPart.Role
    /// A network's name, or of `other` the first name of the path; empty where there is one network.
    var network: Text = ""

    /// `the student's backbone`, `the optimizer`, `dino_loss`.
    var name: Text {
      guard role != .other else { return "`" + network + "`" }
      guard !network.isEmpty else { return "the \(role.rawValue)" }
      if role == .optimizer { return "`" + network + "`" }
      let whose: Text = ["student", "teacher"].contains(network) ? "the " + network : "`" + network + "`"
      return role == .model ? whose : whose + "'s \(role.rawValue)"
    }
  }

  /// Heads by 3D-Speaker, facebookresearch/dino, dinov2 and WeSpeaker; classifiers by 3D-Speaker, WeSpeaker and
  /// SpeechBrain (`classifier`, `projection`).
  private static let roles: [(name: Text, role: DiffPart.Role)] = [
    ("backbone.", .backbone), ("head.", .head), ("dino_head.", .head), ("ibot_head.", .head),
    ("projection_head.", .head), ("classifier.", .classifier), ("projection.", .classifier),
  ]

  private struct Site {
    var path: Text
    /// What every key begins with.
    var wrapper: Text
    var role: DiffPart.Role
    /// Whether first names part it.
    var isDivided: Bool
  }

  private var optimizers: [Text] = []
  private var branches: [Branch] = []
  private var sites: [Site] = []
  private let hasSeveral: Bool

  init(_ document: Document) {
    // What is nested deeper than paths go has no parts that could be named.
    guard let survey = try? Survey(document, layouts: .standard) else {
      hasSeveral = false
      return
    }
    for child in survey.top.entries where (try? OptimizerRecord(child.node, in: document)) != nil {
      optimizers.append(child.component)
    }
    branches = survey.branches.filter { !$0.path.isEmpty || !$0.prefix.isEmpty || $0.summary != nil }
    for site in survey.others.map(\.site) {
      guard case .stateDict(let state) = document[site.node] else { continue }
      var chain = PrefixChain(Array(state.entries.keys))
      chain.peelWrappers()
      let isClassifier = Backbone(state, in: document, under: chain.prefix)?.isClassifier == true
      let isDivided = Self.roles.contains { chain.someKeyHas($0.name) }
      let named = Self.roles.first { $0.name == site.path + "." }?.role
      sites.append(
        Site(
          path: site.path, wrapper: chain.prefix, role: isClassifier ? .classifier : named ?? .model,
          isDivided: isDivided))
    }
    // A classifier beside one network is no second network.
    hasSeveral = branches.count + sites.count { $0.role == .model } > 1
  }

  func place(of path: Text) -> Place {
    for name in optimizers {
      if let rest = path.rest(after: name + "/") {
        return Place(part: Part(role: .optimizer, network: optimizers.count > 1 ? name : ""), rest: rest)
      }
    }
    for branch in branches where branch.holds(path) {
      let start = branch.path.isEmpty ? branch.prefix : branch.path + "/" + branch.prefix
      let rest = path.dropFirst(start.count)
      // A backbone may call a layer of its own `head`, as CAM++ does; none has a classifier.
      if branch.prefix.isEmpty, let divided = divided(rest, network(branch)),
        branch.summary == nil || divided.part.role == .classifier
      {
        return divided
      }
      let isPart = branch.hasHead || !branch.inside.isEmpty || branch.backbone != nil
      return Place(part: Part(role: isPart ? .backbone : .model, network: network(branch)), rest: rest)
    }
    for branch in branches {
      // `backbone.` goes for what lies beside it.
      let inner = branch.prefix.dropping(suffix: "backbone.") ?? branch.prefix
      let start = branch.path.isEmpty ? inner : branch.path + "/" + inner
      guard !start.isEmpty, let rest = path.rest(after: start) else { continue }
      return divided(rest, network(branch))
        ?? Place(part: Part(role: .model, network: network(branch)), rest: rest)
    }
    for site in sites {
      let start = site.path.isEmpty ? site.wrapper : site.path + "/" + site.wrapper
      guard let rest = start.isEmpty ? path : path.rest(after: start) else { continue }
      let network = hasSeveral && site.role == .model ? site.path : ""
      if site.isDivided, let divided = divided(rest, network) { return divided }
      return Place(part: Part(role: site.role, network: network), rest: rest)
    }
    let rest = path.firstIndex(of: "/").map { path.dropFirst($0 + 1) } ?? path
    return Place(part: Part(role: .other, network: path.prefix(before: "/")), rest: rest)
  }

  private func network(_ branch: Branch) -> Text {
    if let known = (["student", "teacher"] as [Text]).first(where: branch.isCalled) { return known }
    return hasSeveral ? branch.name : ""
  }

  /// By the first name of a key, where that says what it is.
  private func divided(_ rest: Text, _ network: Text) -> Place? {
    for (name, role) in Self.roles {
      if let rest = rest.rest(after: name) {
        return Place(part: Part(role: role, network: network), rest: rest)
      }
    }
    return nil
  }
}
