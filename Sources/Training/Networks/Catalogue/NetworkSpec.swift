// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A network's keys, dtypes and shapes: what `resect-train spec` prints, in the form of `resect ls --json`.
package struct NetworkSpec: Codable, Sendable {
  package struct Tensor: Codable, Sendable {
    package var path: String
    package var dtype: String
    package var shape: [Int]
    package var bytes: Int
    /// `parameter` or `buffer`.
    package var kind: String
  }

  package var schema = 1
  /// The network's name.
  package var file: String
  package var format = "key-list"
  package var tensors: [Tensor]
  /// None: as `resect ls --json` has it.
  package var values: [String] = []

  /// Throws `wrongWords` for a name that is not known.
  package init(_ name: String) throws(CheckpointError) {
    self.init(name, try NetworkCatalogue.slots(of: name))
  }

  /// A network that a configuration describes.
  ///
  /// - Parameter file: the configuration.
  package init(_ network: NamedNetwork, of file: String) throws(CheckpointError) {
    self.init(file, try network.configuration.slots)
  }

  private init(_ name: String, _ slots: [StateSlot]) {
    file = name
    tensors = slots.map { slot in
      let dtype: DType = slot.kind == .counter ? .int64 : .float32
      return Tensor(
        path: slot.key, dtype: dtype.rawValue, shape: slot.shape,
        bytes: slot.shape.reduce(1, *) * dtype.itemSize,
        kind: slot.kind == .parameter ? "parameter" : "buffer")
    }
  }

  /// Tab-separated columns `name dtype shape kind`, with a header line.
  package var table: String {
    tensors.reduce(into: "name\tdtype\tshape\tkind\n") { text, tensor in
      let shape = TensorRecord.text(of: tensor.shape)
      text += "\(tensor.path)\t\(tensor.dtype)\t\(shape)\t\(tensor.kind)\n"
    }
  }
}

/// The names that `resect-train spec` knows.
package struct NetworkNames: Codable, Sendable {
  package struct Network: Codable, Sendable {
    package var name: String
    package var summary: String
  }

  package var schema = 1
  package var networks = NetworkCatalogue.listed.map { Network(name: $0.name, summary: $0.summary) }

  package init() {}
}
