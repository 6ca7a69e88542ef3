// SPDX-License-Identifier: Apache-2.0

/// One member of a zip archive, as its central directory entry states it and its local header confirms it.
package struct ZipEntry: Hashable, Sendable {
  package let name: Text
  /// 0 is stored, 8 deflate; others as in section 4.4.5 of PKWARE's APPNOTE.
  package let method: UInt16
  package let compressedSize: Int
  package let size: Int
  /// Nil where the writer did not compute it: torch can leave 0 on members that are not empty.
  package let crc32: UInt32?
  /// Where the member's bytes, compressed or not, lie in the file.
  package let dataRange: Range<Int>
  package let headerOffset: Int
  /// Its position in the central directory.
  package let index: Int
  /// The general purpose flags.
  package let flags: UInt16
  /// Those of the local header, which no reader of the directory looks at.
  var localFlags: UInt16
  /// Unix's kind and permissions; 0 where the writer states none.
  var mode: UInt16 = 0
  /// Whether MS-DOS's attributes are those of a folder.
  var isMarkedFolder = false

  package var isStored: Bool { method == 0 }
  package var isFolder: Bool { name.hasSuffix("/") }
}

/// The general purpose flags that the reader acts on.
enum ZipFlags {
  /// Sizes and CRC follow the data, in a descriptor.
  static let dataDescriptor: UInt16 = 1 << 3
  static let patched: UInt16 = 1 << 5
  /// Bit 0: encrypted; bit 6: strongly; bit 13: the directory's values are masked.
  static let encrypted: UInt16 = 1 | 1 << 6 | 1 << 13
}
