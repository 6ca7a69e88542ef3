// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// What the passes on prefixes share. A prefix ends with its dot, so that `module.` never matches
/// `module_list.`.
protocol PrefixWord: WordPass {
  var prefix: Text { get }
  init(_ prefix: Text)
}

extension PrefixWord {
  package static var usage: String { "PREFIX" }
  package var arguments: [Text] { [prefix] }

  package init(arguments: [String]) throws(CheckpointError) {
    self.init(Text(try Self.only(arguments)))
    try check()
  }

  func check() throws(CheckpointError) {
    guard prefix.hasSuffix("."), prefix != ".", !prefix.hasPrefix(".") else {
      let dots = prefix.bytes.prefix { $0 == UInt8(ascii: ".") }.count
      let trimmed = prefix.dropFirst(dots)
      let fixed: Text = trimmed.isEmpty ? "module." : trimmed.hasSuffix(".") ? trimmed : trimmed + "."
      throw CheckpointError(
        .wrongWords, "a prefix ends with its dot and does not begin with one: `\(prefix)`",
        hint: "`\(Self.word) \(ShellWords.safe(fixed))`")
    }
  }

  /// The prefix as a module path: without its dot.
  var module: Text { prefix.dropLast() }

  /// Rekeys every state dict that `touches` says, reports it, and says how many were left alone.
  func rekey(
    _ document: inout Document, _ report: inout PassReport, where touches: (StateDict) -> Bool,
    rule: (StateDict) -> StateDict.MetadataRule, _ newKey: (Text) -> Text?
  ) throws(CheckpointError) {
    let sites = try document.stateDictSites()
    var isMatched = false
    for site in sites {
      guard case .stateDict(var state) = document[site.node] else { continue }
      guard touches(state) else {
        if !state.entries.isEmpty { report.notes.append("\(site.name) has no such keys and was left alone") }
        continue
      }
      isMatched = true
      let result = try state.rekey(at: site, rule(state), newKey)
      report.note(result, at: site)
      document[site.node] = .stateDict(state)
    }
    guard isMatched else {
      throw KeyPrefixes(document.keys(of: sites)).nothingUnder(prefix, word: Self.word)
    }
  }
}

extension Document {
  /// The keys of some state dicts, in order.
  func keys(of sites: [StateDictSite]) -> [Text] {
    sites.flatMap { site -> [Text] in
      if case .stateDict(let state) = self[site.node] { Array(state.entries.keys) } else { [] }
    }
  }
}
