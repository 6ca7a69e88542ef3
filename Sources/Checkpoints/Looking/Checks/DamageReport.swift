// SPDX-License-Identifier: Apache-2.0

/// What is left of a damaged checkpoint: a part of what `resect verify` prints.
public struct DamageReport: Codable, Sendable {
  /// A tensor that is not whole.
  public struct Lost: Codable, Sendable {
    /// Its path, as `ls` has it.
    public var path: Text
    /// Absent where what described it is lost too, as in a shard that is missing.
    public var dtype: String?
    /// Likewise; outermost first.
    public var shape: [Int]?
    /// Elements times item size.
    public var bytes: Int?
    /// Bytes of its storage that are in no file; absent where they are there and are not what they were.
    public var missing: Int?
    /// One sentence.
    public var reason: String
  }

  /// At least so many bytes are missing from the file or files; 0 where none is known to be.
  public var missingBytes: Int
  /// Paths of the tensors that are whole, in the document's order.
  public var survivors: [Text]
  /// The others, in the document's order; then those of which nothing but the name is left.
  public var lost: [Lost]
  /// How many storages that survive have no checksum that was compared: their bytes are there, and could have been changed.
  public var unchecked: Int

  /// How many tensors there were.
  public var tensors: Int { survivors.count + lost.count }
}
