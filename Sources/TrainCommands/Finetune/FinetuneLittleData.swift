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

  @Option(help: "At the end also write the mean of the last N epochs' weights, or of best:N by --best-by.")
  var average: EpochAverage?

  @Flag(
    help: "At the end also write the best by trials of eleven blends, from the starting weights to the last.")
  var blend = false

  func apply(to options: inout FinetuneOptions) {
    (options.trials, options.oldTrials) = (validateTrials, keepOn)
    options.patience = patience
    options.anchor = anchor
    options.average = average
    options.blends = blend
  }
}

extension EpochAverage: ExpressibleByArgument {
  package init?(argument: String) { self.init(word: argument) }
}
