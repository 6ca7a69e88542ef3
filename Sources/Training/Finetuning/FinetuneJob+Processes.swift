// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What is there to do only where several processes train together.
extension FinetuneJob {
  /// One process writes for all.
  var writes: Bool { processes.rank == 0 }

  /// Makes sure that all processes are about to make the same run.
  ///
  /// - Throws: `contradiction`, in every process, where one was told other things, or sees other data or another
  ///   experiment folder.
  package func checkSameRun() throws(CheckpointError) {
    guard processes.isShared else { return }
    let mine = try state(
      epoch: resumed?.state.epoch ?? 0, step: resumed?.state.step ?? 0, best: resumed?.state.best)
    let digest = SHA256.of(try mine.json())
    let all = processes.gather(digest)
    for process in 1..<processes.count
    where all[(process * digest.count)...].prefix(digest.count) != all.prefix(digest.count) {
      throw CheckpointError(
        .contradiction,
        "process \(process) of \(processes.count) is about to make another run than process 0",
        hint: "the same words everywhere, and folders that every host sees under the same names")
    }
  }

  /// Gives every process the values of process 0: hosts may draw what is fresh with other last digits.
  func shareValues() {
    for registry in [model.network.registry, model.classifier.registry] {
      processes.broadcast(registry.tensors.map(\.value))
    }
  }
}

extension Registry {
  /// Parameters and buffers.
  fileprivate var tensors: [Parameter<Real>] {
    entries.compactMap {
      switch $0 {
      case .parameter(let tensor), .buffer(let tensor): tensor
      case .counter: nil
      }
    }
  }
}

extension Collective {
  /// - Throws: `wrongWords` for a batch that does not give each process equally many utterances.
  func checkShares(of batchSize: Int) throws(CheckpointError) {
    guard batchSize % count != 0 else { return }
    throw CheckpointError(
      .wrongWords, "a batch of \(batchSize) utterances in all cannot be shared equally by \(count) processes",
      hint: "--batch-size says how many each process takes")
  }
}
