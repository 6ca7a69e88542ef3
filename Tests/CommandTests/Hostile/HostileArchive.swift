// SPDX-License-Identifier: Apache-2.0
import CDeflate
import Checkpoints

/// Zip archives of deflated members: a kilobyte that unpacks to a megabyte.
enum HostileArchive {
  typealias Bytes = [UInt8]

  private static func field(_ value: Int, _ width: Int) -> Bytes { HostilePickle.field(value, width) }

  private static func deflated(_ bytes: Bytes) -> Bytes {
    guard let compressor = unsafe libdeflate_alloc_compressor(6) else { return [] }
    defer { unsafe libdeflate_free_compressor(compressor) }
    let room = unsafe libdeflate_deflate_compress_bound(compressor, bytes.count)
    var packed = Bytes(repeating: 0, count: room)
    let count = unsafe libdeflate_deflate_compress(compressor, bytes, bytes.count, &packed, room)
    return Bytes(packed[..<count])
  }

  static func zip(_ members: [(name: String, bytes: Bytes)], stored: Bool = false) -> Bytes {
    var body: Bytes = []
    var directory: Bytes = []
    for (name, bytes) in members {
      let data = stored ? bytes : deflated(bytes)
      let shared =
        field(0, 2) + field(stored ? 0 : 8, 2) + field(0, 4) + field(Int(CRC32.of(bytes)), 4)
        + field(data.count, 4)
        + field(bytes.count, 4) + field(name.utf8.count, 2) + field(0, 2)
      directory += [0x50, 0x4B, 1, 2] + field(0, 2) + field(20, 2) + shared
      directory += field(0, 10) + field(body.count, 4) + Array(name.utf8)
      body += [0x50, 0x4B, 3, 4] + field(20, 2) + shared + Array(name.utf8) + data
    }
    return body + directory + [0x50, 0x4B, 5, 6] + field(0, 4) + field(members.count, 2)
      + field(members.count, 2)
      + field(directory.count, 4) + field(body.count, 4) + field(0, 2)
  }

  /// An archive of torch's with this `data.pkl` and, as `data/0`, this storage.
  static func torch(_ pickle: Bytes, storage: Bytes = Bytes(repeating: 0, count: 16), stored: Bool = false)
    -> Bytes
  {
    zip([("a/data.pkl", pickle), ("a/data/0", storage), ("a/version", Array("3\n".utf8))], stored: stored)
  }

  /// The stream before PyTorch 1.6 around this object, without storages.
  static func legacy(_ pickle: Bytes) -> Bytes {
    let magic: Bytes = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
    return magic + [0x80, 2, 0x4D, 0xE9, 3, 0x2E, 0x80, 2, 0x7D, 0x2E] + pickle + [0x80, 2, 0x5D, 0x2E]
  }

  static func safetensors(_ header: String, data: Int = 0) -> Bytes {
    field(header.utf8.count, 8) + Array(header.utf8) + Bytes(repeating: 0, count: data)
  }

  static func npy(_ description: String, shape: String) -> Bytes {
    let head = "{'descr': \(description), 'fortran_order': False, 'shape': \(shape), }\n"
    return [0x93] + Array("NUMPY".utf8) + [2, 0] + field(head.utf8.count, 4) + Array(head.utf8) + [
      0, 0, 0, 0,
    ]
  }
}
