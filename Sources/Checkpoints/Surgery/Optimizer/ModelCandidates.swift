// SPDX-License-Identifier: Apache-2.0

/// The state dicts of a document that an optimizer may train.
struct ModelCandidates {
  /// In order, without teachers and moving averages, which no optimizer trains.
  private(set) var sites: [Document.StateDictSite] = []
  /// What training code calls the model it trains, at the top of its files.
  static let usualNames: [Text] = ["model", "state_dict", "model_state_dict", "net", "network", "module"]

  private let top: Set<Text>

  init(_ document: Document) throws(CheckpointError) {
    let children = document.children(of: document.root)
    let top = Set(children.map(\.component))
    self.top = top
    let stateDicts = Set(
      children.filter { if case .stateDict = document[$0.node] { true } else { false } }.map(\.component))
    let average = MovingAverage(has: { top.contains($0) }, isStateDict: { stateDicts.contains($0) })
    sites = try document.stateDictSites().filter { site in
      site.path != average?.average && ValuePath(site.path).components.last != "teacher"
    }
  }

  /// The state dict at a path.
  subscript(path: Text) -> Document.StateDictSite? { sites.first { $0.path == path } }

  var isTimm: Bool { TimmLayout.signs.allSatisfy(top.contains) }
  var isOpenMMLab: Bool { OpenMMLabLayout.signs.allSatisfy(top.contains) }
}
