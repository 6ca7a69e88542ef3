// SPDX-License-Identifier: Apache-2.0

/// What a run is going to do.
package struct FinetunePlan: Codable, Sendable, Equatable {
  /// The file; nil where a name says what the network is and every value is drawn.
  package var backbone: String?
  /// What said what the network is, where the file does not: a name of the catalogue, or `embedding_model`.
  package var network: String?
  /// Family and sizes.
  package var summary: String
  /// That 3D-Speaker's class cannot be built in these sizes; nil where it can.
  package var upstream: String?
  package var frontEnd: String
  package var data: String
  package var utterances: Int
  package var speakers: Int
  /// Three a speaker where speeds are speakers of their own.
  package var classes: Int
  /// Utterances that it is judged on after each epoch; nil without `--validate`.
  package var heldOut: Int?
  /// Trials that it is judged on after each epoch, and those of what the backbone could do before; nil without.
  package var trials: Int?
  package var oldTrials: Int?
  /// Nil where utterances are taken whole.
  package var cropFrames: Int?
  package var batchSize: Int
  /// Whole batches; the rest of an epoch's shuffle is left out.
  package var stepsPerEpoch: Int
  package var epochs: Int
  package var classifier: String
  /// Layers before the classifier's last, and the outputs of each; nil where there are none.
  package var classifierBlocks: Int?
  package var classifierWidth: Int?
  /// Numbers that the steps move, and those that they do not, the classifier's among them.
  package var trained: Int
  package var frozen: Int
  /// What `--small` set and nothing else said; nil without it.
  package var small: String?
  /// The statement that is written at the end; nil where none was asked for.
  package var provenance: String?

  package var text: String {
    """
    backbone    \(summary)\(networkText)
    front end   \(frontEnd)
    data        \(utterances) utterances of \(speakers) speakers, \(cropText)\(heldOutText)
    classifier  \(classifier), \(blocksText)\(classes) classes
    training    \(trained) parameters, \(frozen) frozen; \(epochs) epochs of \(stepsPerEpoch) steps of \(batchSize)
    \(smallText)\(provenanceText)
    """
  }

  private var smallText: String { small.map { "small data  \($0)\n" } ?? "" }

  private var provenanceText: String { provenance.map { "provenance  \($0)\n" } ?? "" }

  private var networkText: String { network.map { "\nnetwork     as `\($0)` has it" } ?? "" }

  private var cropText: String { cropFrames.map { "crops of \($0) frames" } ?? "taken whole" }

  private var blocksText: String {
    guard let classifierBlocks, let classifierWidth else { return "" }
    return ClassifierBlocks(count: classifierBlocks, width: classifierWidth).text + ", "
  }

  private var heldOutText: String {
    (heldOut.map { "; \($0) held out" } ?? "") + (trials.map { "; \($0) trials" } ?? "")
      + (oldTrials.map { "; \($0) old trials" } ?? "")
  }
}
