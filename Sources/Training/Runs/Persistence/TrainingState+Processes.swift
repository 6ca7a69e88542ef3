// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What processes make sure of before they begin a run together.
extension Collective {
  /// - Throws: `contradiction`, in every process, where one is about to make another run: it was told other things, or
  ///   sees other data or another experiment folder.
  func checkSame(_ run: TrainingState) throws(CheckpointError) {
    guard isShared else { return }
    let digest = SHA256.of(try run.json())
    let all = gather(digest)
    for process in 1..<count
    where all[(process * digest.count)...].prefix(digest.count) != all.prefix(digest.count) {
      throw CheckpointError(
        .contradiction, "process \(process) of \(count) is about to make another run than process 0",
        hint: "the same words everywhere, and folders that every host sees under the same names")
    }
  }

  /// - Throws: `wrongWords` for a batch that does not give each process equally many utterances.
  package func checkShares(of batchSize: Int) throws(CheckpointError) {
    guard batchSize % count != 0 else { return }
    throw CheckpointError(
      .wrongWords, "a batch of \(batchSize) utterances in all cannot be shared equally by \(count) processes",
      hint: "--batch-size says how many each process takes")
  }

  /// Gives every process the values of process 0: hosts may draw what is fresh with other last digits.
  func share<Real>(_ registries: [Registry<Real>]) {
    guard isShared else { return }
    for registry in registries {
      broadcast(
        registry.entries.compactMap {
          switch $0 {
          case .parameter(let tensor), .buffer(let tensor): tensor.value
          case .counter: nil
          }
        })
    }
  }
}
