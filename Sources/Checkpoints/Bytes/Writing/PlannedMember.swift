// SPDX-License-Identifier: Apache-2.0

/// One member of a planned output, as `--dry-run` lists it.
public struct PlannedMember: Codable, Sendable {
  /// How its bytes come about.
  public enum Origin: String, Codable, Sendable {
    /// The kernel copies it whole, and its CRC-32 is known where one is needed.
    case copy
    /// libzip deflates it on the way.
    case deflate
    /// It is read, or made, here.
    case compute
  }

  /// Which file of a folder; absent where the output is one file.
  public var file: Text?
  /// As the archive or the format calls it.
  public var name: Text
  /// Its size; where it is deflated, what goes in.
  public var bytes: Int
  /// Where its data begins in the file; 0 where that is known only when those before it are deflated.
  public var offset: Int
  /// Whether its bytes pass through this process on their way.
  public var origin: Origin
}
