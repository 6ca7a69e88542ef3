// SPDX-License-Identifier: Apache-2.0

/// What may be unpacked and built to learn what is in a file, against what the file has.
///
/// A pickle, a header or a directory describes; what it describes lies elsewhere. So it is small beside the file, unless
/// somebody has made it otherwise: a kilobyte of deflate is a megabyte of zeros, and one byte of a pickle is a list.
/// Tensors are not structure: they count as what they honestly are, and are read in pieces.
public struct StructureLimits: Sendable {
  /// Bytes that structure may unpack to in any file: what the pickle of a hundred thousand tensors takes.
  package var unpackedFloor = 16 << 20
  /// Bytes that structure may unpack to for each packed one. Honest pickles stay below 20, zeros reach 1,000.
  package var unpackedRatio = 64
  /// Bytes of memory that the values of one pickle may take in any file: about a million values.
  package var memoryFloor = 128 << 20
  /// Bytes of memory for each packed one. Honest pickles stay below 20 where they are stored, as torch does it, and below
  /// 120 where they were deflated.
  package var memoryRatio = 128
  /// Items that the containers of a pickle may have in any file, and packed bytes for each further one. An item of a list
  /// takes one byte where it is None or fetched from the memo, but some hundred to list, compare or convert.
  package var itemFloor = 1 << 19
  package var bytesPerItem = 2
  /// `--trust-sizes`: whoever runs the program says that the file may take what it takes.
  package var trustsSizes = false

  package init() {}

  /// Those of every command unless `--trust-sizes` is given.
  public static let standard = StructureLimits()

  /// Those of `--trust-sizes`.
  public static let trusting = {
    var limits = StructureLimits()
    limits.trustsSizes = true
    return limits
  }()

  /// Those that hold where nobody hands any on: set once around a whole command, as its options are.
  @TaskLocal public static var current = StructureLimits.standard

  /// The option that lifts them.
  package static let option = "--trust-sizes"

  /// How many bytes may come out of `packed` ones.
  package func unpacked(_ packed: Int) -> Int { Self.scaled(packed, unpackedRatio, unpackedFloor) }

  /// How much memory the values of a pickle may take that lies in `packed` bytes of the file.
  package func memory(_ packed: Int) -> Int {
    trustsSizes ? Int.max : Self.scaled(packed, memoryRatio, memoryFloor)
  }

  /// How many items the containers of a pickle may have that lies in `packed` bytes of the file.
  package func items(_ packed: Int) -> Int { trustsSizes ? Int.max : max(itemFloor, packed / bytesPerItem) }

  private static func scaled(_ count: Int, _ ratio: Int, _ floor: Int) -> Int {
    let (product, overflow) = count.multipliedReportingOverflow(by: ratio)
    return overflow ? Int.max : max(product, floor)
  }

  /// Refuses what would unpack to more than it may.
  ///
  /// - Throws: `.limit`.
  package func check(_ size: Int, packed: Int) throws(CheckpointError) {
    guard !trustsSizes, size > unpacked(packed) else { return }
    throw CheckpointError(
      .limit,
      "its \(packed) bytes unpack to \(size), more than \(unpackedRatio) times as many, which no honest file needs",
      hint: Self.hint)
  }

  /// What an error of `.limit` advises that these limits are the reason for.
  package static let hint = "`\(option)` reads it all the same, if you know where it comes from"
}
