// SPDX-License-Identifier: Apache-2.0

/// Tensors as bytes, one behind the other: what `resect cat` writes. All keys are looked up before a byte is read.
///
/// Of each tensor these are the bytes whose SHA-256 `resect ls --hash` prints: its elements, row-major and little-endian,
/// whatever its strides; of one with parts as `Document.pieces(of:)` says.
public struct TensorBytes: Sendable {
  /// What the bytes are: what `resect cat --json` prints in their place.
  public struct Report: Codable, Sendable {
    /// What is written of one tensor.
    public struct Tensor: Codable, Sendable {
      /// The whole path.
      public var path: Text
      /// PyTorch's name without `torch.`.
      public var dtype: String
      /// Outermost first; empty for a scalar.
      public var shape: [Int]
      /// How a tensor with parts is held, where not strided: `sparse_coo`, `quantized_per_tensor`.
      public var layout: String?
      /// How many bytes are written.
      public var bytes: Int
    }

    /// Rises when a name goes or changes its meaning.
    public var schema = 1
    /// The path that was opened, as it was given.
    public var file: String
    /// In the order of the keys.
    public var tensors: [Tensor] = []
    /// Of all of them.
    public var bytes = 0
  }

  /// What `forEachChunk` will hand out.
  public let report: Report
  private let document: Document
  private let nodes: [NodeID]

  /// - Parameter keys: each a whole path, or a key that stands in one state dict alone; one may be named twice.
  /// - Throws: `nothingMatched` with the nearest name for what is not there, and for what is no tensor; `ambiguous` with
  ///   the paths.
  public init(_ document: Document, keys: [Text]) throws(CheckpointError) {
    var report = Report(file: document.source?.file ?? "")
    var nodes: [NodeID] = []
    for key in keys {
      let (path, node) = try document.find(key, command: "resect cat FILE")
      let tensor = try Self.entry(document, path, node)
      report.tensors.append(tensor)
      report.bytes &+= tensor.bytes
      nodes.append(node)
    }
    self.document = document
    self.report = report
    self.nodes = nodes
  }

  private static func entry(
    _ document: Document, _ path: Text, _ node: NodeID
  ) throws(CheckpointError) -> Report.Tensor {
    switch document[node] {
    case .tensor(let tensor):
      return .init(path: path, dtype: tensor.dtype.rawValue, shape: tensor.shape, bytes: tensor.byteCount)
    case .composite(let composite):
      return .init(
        path: path, dtype: composite.dtype?.rawValue ?? "unknown", shape: composite.shape,
        layout: composite.layout == .strided ? nil : composite.layout.rawValue,
        bytes: document.pieces(of: composite).reduce(0) { $0 &+ $1.byteCount })
    default:
      let holdsTensors = document.tensorCount(below: node) > 0
      let word = ShellWords.safe(path)
      throw CheckpointError(
        .nothingMatched,
        holdsTensors
          ? "this is a container of tensors (\(document.typeName(node))), not a tensor"
          : "this is a value of type \(document.typeName(node)), not a tensor",
        at: .init(file: document.source?.file, key: path.isEmpty ? nil : path),
        hint: !holdsTensors
          ? "`resect show FILE \(word)`"
          : "`resect ls FILE\(path.isEmpty ? "" : " \(word)")` lists those in it")
    }
  }

  /// - Throws: `wouldOverwrite` where standard output is a file that is read.
  package func checkStream() throws(CheckpointError) {
    try InputFile.check(document.storages.lazy.flatMap(\.bytes.inputs), apartFromStream: 1)
  }

  /// Hands out all bytes in order, in chunks of about a megabyte. Errors name the tensor.
  package func forEachChunk(_ body: (RawSpan) throws(CheckpointError) -> Void) throws(CheckpointError) {
    for (node, entry) in zip(nodes, report.tensors) {
      do throws(CheckpointError) {
        if case .tensor(let tensor) = document[node] {
          try TensorReader(document, tensor).forEachChunk(body)
        } else if case .composite(let composite) = document[node] {
          for piece in document.pieces(of: composite) { try piece.forEachChunk(in: document, body) }
        }
      } catch {
        throw error.at(file: report.file, key: entry.path)
      }
    }
  }
}
