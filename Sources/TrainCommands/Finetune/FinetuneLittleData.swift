// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Training

/// What helps where there are few utterances: when to end, what to hold on to.
struct FinetuneLittleData: ParsableArguments {
  @Option(
    help:
      "Trials over recordings of any speakers, their EER after each epoch: lines of two files and a label.",
    completion: .file())
  var validateTrials: String?

  @Option(help: "The same of what the backbone could do before, to see what it forgets.", completion: .file())
  var keepOn: String?

  @Option(help: "End when what --best-by says has not become better for N epochs.")
  var patience: Int?

  @Option(help: "Decay of the backbone towards the weights that it began with (L2-SP), not towards zero.")
  var anchor: Double?

  @Option(
    help: "At the end also write the mean of the last N epochs' weights, or of best:N by --best-by; or none.")
  var average: AverageWord?

  @Flag(
    inversion: .prefixedNo,
    help: "At the end also write the best by trials of eleven blends, from the starting weights to the last.")
  var blend: Bool?

  @Flag(
    help:
      "What was measured to be best with 5 to 50 utterances a speaker; what is said beside it counts more.")
  var small = false

  /// To be called before what can be said otherwise.
  func apply(to options: inout FinetuneOptions) {
    (options.trials, options.oldTrials) = (validateTrials, keepOn)
    if small { options.takeSmall() }
    options.patience = patience ?? options.patience
    options.anchor = anchor ?? options.anchor
    if let average { options.average = average.value }
    options.blends = blend ?? options.blends
  }
}

/// `5`, `best:5` or `none`.
struct AverageWord: ExpressibleByArgument {
  let value: EpochAverage?

  init?(argument: String) {
    value = EpochAverage(word: argument)
    guard value != nil || argument == "none" else { return nil }
  }
}
