// SPDX-License-Identifier: Apache-2.0

extension PassReport {
  mutating func note(_ result: StateDict.Rekeyed, at site: Document.StateDictSite) {
    for change in result.changes {
      let from = site.path(of: change.key)
      changes.append(
        change.newKey.map { Change(.renamed, from: from, to: site.path(of: $0)) }
          ?? Change(.dropped, from: from))
    }
    notes += result.notes
  }

  /// After a pass computed new parameters: an optimizer that stays has no state for them, and does not follow.
  mutating func noteOptimizers(of document: Document) throws(CheckpointError) {
    for path in try document.optimizerPaths() {
      let drop = path.isEmpty ? "" : ": `drop \(ShellWords.safe(path))`"
      notes.append(
        "\(path.isEmpty ? "the document" : "`\(path)`") is an optimizer, which counts parameters by position; "
          + "it no longer fits the parameters that are left\(drop)")
    }
  }
}
