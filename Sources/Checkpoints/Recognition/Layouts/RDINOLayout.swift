// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// 3D-Speaker's RDINO: `speakerlab/bin/train_rdino.py` saves `student`, `teacher`, `optimizer`, `epoch`,
/// `dino_loss`.
enum RDINOLayout: Layout {
  static let name = "3D-Speaker RDINO"
  static let page = "rdino"

  static func evidence(_ survey: Survey) -> [String]? {
    let branches = survey.headed
    guard let first = branches.first, first.families == [.ecapaTDNN], !survey.has("args"),
      !survey.has("pytorch-lightning_version")
    else { return nil }
    let isWhole = survey.has("dino_loss") && !survey.has("sdpn_loss") && !survey.has("prototypes")
    let hasHead = branches.contains { survey.holdsRDINOHead($0) }
    guard isWhole || hasHead else { return nil }
    var lines = survey.headLines(branches)
    if hasHead { lines.append("the head has RDINO's `add_layer.` and `last_layer.`") }
    if isWhole { lines.append("`dino_loss` lies beside, and no `args`") }
    return lines
  }
}

/// 3D-Speaker's SDPN: `speakerlab/bin/train_sdpn.py` also saves `prototypes`, `sdpn_loss` and `keleo_loss`.
enum SDPNLayout: Layout {
  static let name = "3D-Speaker SDPN"
  static let page = "sdpn"

  static func evidence(_ survey: Survey) -> [String]? {
    let branches = survey.headed
    let signs = ["prototypes", "sdpn_loss", "keleo_loss"].filter(survey.has)
    guard !branches.isEmpty, !signs.isEmpty else { return nil }
    return survey.headLines(branches) + ["\(Prose.list(signs)) \(signs.count == 1 ? "lies" : "lie") beside"]
  }
}

extension Survey {
  /// The networks that hold `backbone.` beside `head.`.
  var headed: [Branch] { branches.filter(\.hasHead) }

  /// RDINO's head ends in `add_layer` and a weight-normed `last_layer`
  /// (`speakerlab/models/rdino/RDINO_Head.py`).
  func holdsRDINOHead(_ branch: Branch) -> Bool {
    guard let node = document.node(at: ValuePath(branch.path)), case .stateDict(let state) = document[node]
    else {
      return false
    }
    let around = branch.dropped.map(\.path).filter { $0.hasSuffix("head.") }
    return around.contains { state.entries[$0 + "add_layer.weight"] != nil }
  }

  /// "`teacher` holds `module.backbone.` beside `module.head.`", a line each.
  func headLines(_ branches: [Branch]) -> [String] {
    branches.map { branch in
      let beside = branch.dropped.map(\.path).filter { $0.hasSuffix("head.") }
      let name = branch.name.isEmpty ? "the document" : "`\(branch.name)`"
      return "\(name) holds `\(branch.prefix)` beside \(Prose.list(beside))"
    }
  }
}
