// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What options may not be beside each other; what each may be stands in the table.
extension FinetuneOptions {
  /// - Throws: `wrongWords` for a number that makes no sense, and for options that contradict each other.
  package func check() throws(CheckpointError) {
    try checkEach()
    if optimizer == .sgd, nesterov, momentum == 0 {
      throw CheckpointError(.wrongWords, "Nesterov's step needs a momentum", hint: "--no-nesterov")
    }
    if classifier == .linear, chosenLoss.hasMargin {
      throw CheckpointError(
        .wrongWords, "a margin is taken off cosines, and a linear classifier gives none",
        hint: "--loss ce, or --classifier cosine")
    }
    if freeze.count > 1, freeze.contains("all") || freeze.contains("none") {
      throw CheckpointError(
        .wrongWords, "`--freeze all` and `--freeze none` stand alone",
        hint: "patterns only: --freeze 'blocks.0.**'")
    }
    if unfreezeAfter != nil, freeze == ["none"] {
      throw CheckpointError(.wrongWords, "`--unfreeze-after` needs something frozen", hint: "--freeze all")
    }
    if startsWithClassifier, initial == .random || embedding != nil || network != nil || rules != .init() {
      throw CheckpointError(
        .wrongWords, "`--start` takes backbone and classifier as they are",
        hint: "--backbone with --network, --init, --embedding, --load, --fresh or --ignore")
    }
    guard backbone != nil || initial == .random else {
      throw CheckpointError(
        .wrongWords, "what does the run begin with?",
        hint: network != nil
          ? "--backbone FILE for the file's values, or --init random for none"
          : "--backbone FILE for a new classifier on it, or --start FOLDER for both")
    }
    guard backbone != nil || network != nil || recipeNetwork != nil else {
      throw CheckpointError(
        .wrongWords, "`--init random` without a file: what network is it?",
        hint: "--network NAME, such as 3dspeaker/ecapa-192, or --backbone FILE for the file's sizes")
    }
    if needsStart, initial == .random {
      let word = anchor != nil ? "`--anchor` holds on" : "`--blend` goes back"
      throw CheckpointError(
        .wrongWords, "\(word) to the weights of a file, and `--init random` takes none of them",
        hint: "leave one of the two out")
    }
    try checkJudges()
    if initial == .random, rules != .init() {
      throw CheckpointError(.wrongWords, "`--init random` draws everything anew: nothing is left to load")
    }
  }

  /// Whether there is something to measure what epochs are judged by on.
  package var canJudge: Bool {
    switch bestBy {
    case .accuracy, .eer: heldOut != nil
    case .trials: trials != nil
    case .loss: true
    }
  }

  /// What watches a figure needs something that the figure is measured on.
  private func checkJudges() throws(CheckpointError) {
    if bestBy == .trials, trials == nil {
      throw CheckpointError(
        .wrongWords, "`--best-by trials` needs trials to judge by", hint: "--validate-trials FILE")
    }
    if blends, trials == nil, heldOut == nil {
      throw CheckpointError(
        .wrongWords, "`--blend` goes by trials, and there are none",
        hint: "--validate-trials FILE, or --validate DATA")
    }
    guard !canJudge, patience != nil || average?.takesBest == true else { return }
    let word = patience != nil ? "`--patience` watches" : "`--average best:N` goes by"
    throw CheckpointError(
      .wrongWords, "\(word) the \(bestBy.rawValue), and there is nothing to measure it on",
      hint: "--validate DATA, --validate-trials FILE, or --best-by loss")
  }
}
