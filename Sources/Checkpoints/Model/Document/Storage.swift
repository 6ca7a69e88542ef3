// SPDX-License-Identifier: Apache-2.0

/// The index of a storage in its document: equal means tied.
public struct StorageID: Hashable, Sendable {
  /// Its place in `Document.storages`.
  public let index: Int
  package init(_ index: Int) { self.index = index }
}

/// A run of bytes that tensors view: in a torch zip one member `data/<key>`.
public struct Storage: Sendable {
  /// The member's name without the archive's folder, for example `data/0`; in a legacy file the storage's key.
  public var name: Text
  /// The whole, whatever of it tensors view.
  public var byteCount: Int
  /// Where the bytes come from. Nothing is read before they are needed.
  package var bytes: ByteSource

  package init(name: Text, byteCount: Int, bytes: ByteSource) {
    self.name = name
    self.byteCount = byteCount
    self.bytes = bytes
  }
}
