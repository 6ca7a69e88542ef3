// SPDX-License-Identifier: Apache-2.0

/// What a format is told beyond the document.
public struct FormatOptions: Sendable {
  /// Write objects beyond known data types, by name. Such a file needs `weights_only=False`.
  public var keepsOpaque = false
  /// Write casts even where values do not fit the data type.
  public var allowsOverflow = false
  /// Leave out leaves that the format cannot hold; otherwise they are a refusal.
  public var dropsValues = false
  /// Deflate what the format can hold deflated: npz.
  public var compresses = false
  /// Write the bits of types that the format has not as unsigned integers of their size: npz.
  public var carriesBits = false
  /// What a folder of 3D-Speaker needs beyond the backbone.
  public var threeDSpeaker = ThreeDSpeakerOptions()
  /// What a folder for modelscope needs beyond the backbone.
  public var modelScope = ModelScopeOptions()
  /// Write a folder of shards of at most so many bytes, with an index; a larger tensor has a shard of its own.
  public var shardSize: Int?
  /// Whose words a refusal advises.
  public var caller = OutputCaller.edit

  /// By default nothing is lost; the rest is set by name.
  public init(keepsOpaque: Bool = false, allowsOverflow: Bool = false, dropsValues: Bool = false) {
    self.keepsOpaque = keepsOpaque
    self.allowsOverflow = allowsOverflow
    self.dropsValues = dropsValues
  }
}
