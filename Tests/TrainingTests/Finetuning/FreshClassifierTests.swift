// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import Testing
import Checkpoints
import Training

@Suite struct FreshClassifierTests {
  /// `resect convert --to 3dspeaker --classes` and the trainer begin from the same numbers.
  @Test(arguments: [(ClassifierKind.cosine, ThreeDSpeakerOptions.ClassifierForm.cosine), (.linear, .linear)])
  func `a converted folder has the trainer's fresh classifier`(
    kind: ClassifierKind, form: ThreeDSpeakerOptions.ClassifierForm
  ) throws {
    let trained = try Classifier<FastKernels>(
      kind, embedding: 16, classes: 5, source: FreshParameters(seed: 3))
    let document = try FreshClassifier.document(form, rows: 5, embedding: 16, seed: 3)
    guard case .stateDict(let state) = document[document.root] else { throw CheckpointError(.corrupt, "") }
    let entries = trained.registry.stateDict
    #expect(entries.map { Text($0.key) } == Array(state.entries.keys))
    for entry in entries {
      guard case .floats(let values) = entry.value, let node = state.entries[Text(entry.key)],
        case .tensor(let tensor) = document[node]
      else { throw CheckpointError(.corrupt, "") }
      #expect(tensor.shape == entry.shape)
      let bytes = try document[tensor.storage].bytes.read(0..<tensor.byteCount)
      #expect(bytes == (unsafe values.withUnsafeBytes { unsafe Array($0) }))
    }
  }
}
