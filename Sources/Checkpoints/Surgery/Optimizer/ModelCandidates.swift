// SPDX-License-Identifier: Apache-2.0

/// The state dicts of a document that an optimizer may train.
struct ModelCandidates {
  /// In order, without teachers and moving averages, which no optimizer trains.
  private(set) var sites: [Document.StateDictSite] = []
  /// What training code calls the model it trains, at the top of its files.
  static let usualNames: [Text] = ["model", "state_dict", "model_state_dict", "net", "network", "module"]

  private let top: TopNames

  init(_ document: Document) throws(CheckpointError) {
    let top = TopNames(document)
    self.top = top
    sites = try document.stateDictSites().filter { site in
      site.path != top.average?.average && ValuePath(site.path).components.last != "teacher"
    }
  }

  /// The state dict at a path.
  subscript(path: Text) -> Document.StateDictSite? { sites.first { $0.path == path } }

  var isTimm: Bool { TimmLayout.signs.allSatisfy(top.has) }
  var isOpenMMLab: Bool { OpenMMLabLayout.signs.allSatisfy(top.has) }
}
