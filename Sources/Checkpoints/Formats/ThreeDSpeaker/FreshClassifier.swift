// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A classifier as upstream makes it for a new training run, without extra blocks.
package enum FreshClassifier {
  /// The largest number of rows.
  static let limit = 1 << 24

  /// The state dict of `CosineClassifier` (`xavier_uniform_`) or `LinearClassifier` (`nn.Linear`'s own
  /// initialisation), float32. The draws are those of `resect-train finetune` under the same seed.
  package static func document(
    _ form: ThreeDSpeakerOptions.ClassifierForm, rows: Int, embedding: Int, seed: UInt64
  ) throws(CheckpointError) -> Document {
    guard (1...limit).contains(rows) else {
      throw CheckpointError(
        .wrongWords, "a classifier of \(rows) rows: 1 to \(limit) can be made", hint: "`--classes N`")
    }
    var document = Document()
    var entries: OrderedDictionary<Text, NodeID> = [:]
    func add(_ key: String, _ shape: [Int], bound: Double) {
      let values = UniformFloats(count: shape.reduce(1, *), bound: bound, seed: seed, name: key)
      let storage = document.add(
        Storage(name: "data/\(entries.count)", byteCount: values.byteCount, bytes: .computed(values)))
      entries[Text(key)] = document.add(
        .tensor(TensorRecord(dtype: .float32, shape: shape, storage: storage)))
    }
    let modules: [Text]
    switch form {
    case .cosine:
      add("weight", [rows, embedding], bound: (6 / Double(rows + embedding)).squareRoot())
      modules = ThreeDSpeaker.cosineModules
    case .linear:
      let bound = (1 / Double(embedding)).squareRoot()
      add("linear.weight", [rows, embedding], bound: bound)
      add("linear.bias", [rows], bound: bound)
      modules = ThreeDSpeaker.linearModules
    }
    var metadata: OrderedDictionary<Text, NodeID> = [:]
    for module in modules {
      let version = Mapping.Entry(key: document.add(.string("version")), value: document.add(.int(1)))
      metadata[module] = document.add(.mapping(Mapping(kind: .dict, entries: [version])))
    }
    document.root = document.add(
      .stateDict(StateDict(kind: .orderedDict, entries: entries, metadata: metadata)))
    return document
  }
}
