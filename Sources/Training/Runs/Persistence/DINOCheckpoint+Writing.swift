// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import OrderedCollections

/// From a trainer to a file with upstream's entries, in upstream's order, and ours behind them. Numbers are plain ones,
/// so that the newest PyTorch loads the file by default, which it refuses to do with upstream's numpy scalars.
extension DINOCheckpoint {
  /// - Parameters:
  ///   - epoch: whole epochs that are over.
  ///   - run: what a resumed run needs beyond upstream's entries.
  package static func document<Numbers: Kernels>(
    of rdino: RDINO<Numbers>, epoch: Int, run: TrainingState? = nil
  ) throws(CheckpointError) -> Document {
    var document = Document()
    var entries = add(rdino.student, rdino.teacher, to: &document)
    entries.append(("optimizer", rdino.optimizer.state.add(to: &document)))
    entries.append(("epoch", document.add(.int(Int64(epoch)))))
    let versions = ModuleVersions([""]).add(to: &document)
    entries.append(
      ("dino_loss", document.add(state: rdino.dinoLoss.registry.stateDict, metadata: versions)))
    return try finish(document, entries, run)
  }

  package static func document<Numbers: Kernels>(
    of sdpn: SDPN<Numbers>, epoch: Int, run: TrainingState? = nil
  ) throws(CheckpointError) -> Document {
    var document = Document()
    var entries = add(sdpn.student, sdpn.teacher, to: &document)
    let prototypes = sdpn.prototypes.parameter
    entries.append(
      ("prototypes", document.add(tensor: prototypes.floats, shape: prototypes.shape)))
    entries.append(("optimizer", sdpn.optimizer.state.add(to: &document)))
    entries.append(("epoch", document.add(.int(Int64(epoch)))))
    let losses: [(Text, String)] = [("sdpn_loss", "softmax"), ("keleo_loss", "pdist")]
    for (name, module) in losses {
      let versions = ModuleVersions(["", module]).add(to: &document)
      entries.append((name, document.add(state: [], metadata: versions)))
    }
    return try finish(document, entries, run)
  }

  /// Writes a document of these two, whole or not at all; an older file of this name is replaced, as upstream replaces
  /// its `checkpoint.pth`.
  package static func write(_ document: Document, to path: String) throws(CheckpointError) {
    try OutputPlan(document).write(to: path, replacing: true)
  }

  private static func add<Numbers: Kernels, Head: ProjectionHead>(
    _ student: Combiner<Numbers, Head>, _ teacher: Combiner<Numbers, Head>, to document: inout Document
  ) -> [(Text, NodeID)] where Head.Real == Numbers.Real {
    let models: [(Text, Combiner<Numbers, Head>)] = [("student", student), ("teacher", teacher)]
    return models.map { name, model in
      let versions = ModuleVersions(keys: model.slots.map(\.key)).add(to: &document)
      return (name, document.add(state: model.stateDict, metadata: versions))
    }
  }

  private static func finish(
    _ document: Document, _ entries: [(Text, NodeID)], _ run: TrainingState?
  ) throws(CheckpointError) -> Document {
    var (document, entries) = (document, entries)
    if let run {
      let text = String(decoding: try run.json(), as: UTF8.self)
      entries.append((runKey, document.add(.string(Text(text)))))
    }
    document.root = document.add(dict: entries)
    return document
  }
}
