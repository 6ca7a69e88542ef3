// SPDX-License-Identifier: Apache-2.0

/// Where a tensor's elements lie in a file as they are, so that a program needs no reader of the format; null in JSON where
/// they lie so nowhere.
public struct ListedPlace: Codable, Sendable, Hashable {
  /// A run of bytes: the elements row-major, little-endian, one behind the other.
  public struct Run: Codable, Sendable, Hashable {
    /// The path of the file: the one that was opened, a shard, a file beside the model.
    public var file: String
    /// Where the first byte lies in it.
    public var offset: Int
    /// Elements times item size.
    public var bytes: Int
  }

  /// Nil where the elements are packed, in another order, big-endian or in several runs, and where there are none.
  public var run: Run?

  init(_ document: Document, _ tensor: TensorRecord) {
    run = TensorReader(document, tensor).plainPlace.map {
      Run(file: $0.file.path, offset: $0.range.lowerBound, bytes: $0.range.count)
    }
  }

  /// A tensor with parts lies in no place of its own; its parts do.
  init() {}

  /// Reads what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    run = container.decodeNil() ? nil : try container.decode(Run.self)
  }

  /// The run itself, or null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let run { try container.encode(run) } else { try container.encodeNil() }
  }
}
