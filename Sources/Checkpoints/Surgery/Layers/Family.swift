// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// `family NAME [partial]`: an ECAPA-TDNN under the keys and shapes that another project's class has.
public struct Family: WordPass {
  /// Whose class; the words of the pass.
  public typealias Name = ECAPAProject

  package static let word = "family"
  package static let usage = "NAME [partial]"
  package static let summary: String? = "an ECAPA-TDNN as 3dspeaker, speechbrain or wespeaker has it"

  /// Whose keys and shapes it shall have.
  public var name: Name
  /// Whether what has no place in the other class may go: a start for training, another network.
  public var isPartial: Bool

  /// - Parameter partial: whether what has no place in the other class may go.
  public init(_ name: Name, partial: Bool = false) {
    self.name = name
    isPartial = partial
  }

  package init(arguments: [String]) throws(CheckpointError) {
    let names = Name.allCases.map(\.rawValue)
    guard let first = arguments.first, let name = Name(rawValue: first) else {
      let near = arguments.first.flatMap { Nearest.match($0, among: names) } ?? names[0]
      throw CheckpointError(
        .wrongWords, "`family` takes one of \(Prose.list(names))", hint: "`family \(near)`")
    }
    guard arguments.count == 1 || (arguments.count == 2 && arguments[1] == "partial") else {
      throw CheckpointError(
        .wrongWords, "after the name `family` takes `partial` or nothing", hint: "`family \(first) partial`")
    }
    self.init(name, partial: arguments.count == 2)
  }

  package var arguments: [Text] { [Text(name.rawValue)] + (isPartial ? ["partial"] : []) }

  /// - Throws: `unknownLayout` where no state dict is an ECAPA-TDNN of one of the three; `misfit` for keys beyond those
  /// of the class, or missing; `contradiction` where the other class has no place for what is computed.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    var isMatched = false
    var hasMoved = false
    for site in try document.stateDictSites() {
      guard case .stateDict(let state) = document[site.node],
        let source = ECAPASource(state, in: document)
      else { continue }
      isMatched = true
      if source.isWeSpeaker == (name == .weSpeaker) {
        try keepKeys(of: source, state, at: site, &document, &report)
      } else {
        let transfer = ECAPATransfer(source: source, target: name, isPartial: isPartial)
        try transfer.apply(to: state, at: site, &document, &report)
        hasMoved = true
      }
      if source.normsInput, name != .speaker3D {
        report.notes.append(
          "\(site.name) took power mels, with log and instance norm inside; \(name.project)'s class has neither"
        )
      }
    }
    guard isMatched else {
      throw CheckpointError(
        .unknownLayout, "no state dict is an ECAPA-TDNN of 3D-Speaker, SpeechBrain or WeSpeaker",
        hint: "`strip` first: keys may begin with `module.` or `backbone.`, but nothing may lie beside")
    }
    if hasMoved { try report.noteOptimizers(of: document) }
  }

  /// 3D-Speaker's class has SpeechBrain's keys: `_metadata` alone may tell them apart.
  private func keepKeys(
    of source: ECAPASource, _ old: StateDict, at site: Document.StateDictSite, _ document: inout Document,
    _ report: inout PassReport
  ) throws(CheckpointError) {
    var state = old
    let (target, prefix) = (name, source.prefix)
    state.metadata = state.metadata.map { metadata in
      metadata.filter { module, _ in
        switch target {
        case .speaker3D: !module.hasSuffix(".dropout")
        case .speechBrain: module != prefix + "instancenorm"
        case .weSpeaker: true
        }
      }
    }
    document[site.node] = .stateDict(state)
    let others = target == .weSpeaker ? "" : ", which 3D-Speaker and SpeechBrain share"
    report.notes.append("\(site.name) has the keys of \(target.project) already\(others)")
  }
}

extension Pass where Self == Family {
  /// An ECAPA-TDNN under the keys and shapes of another project's class.
  public static func family(_ name: Family.Name, partial: Bool = false) -> Self {
    Family(name, partial: partial)
  }
}
