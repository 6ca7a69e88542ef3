// SPDX-License-Identifier: Apache-2.0
internal import CDeflate

/// A deflated stream in memory, unpacked as far as it goes: readers that unpack in pieces have handed on what comes before
/// a fault, so that is given too, and checksums are not asked.
struct Inflation {
  /// What the stream is wrapped in (RFC 1951, 1950 and 1952).
  enum Wrapping {
    case none, zlib, gzip

    init?(_ start: some Collection<UInt8>) {
      let start = Array(start.prefix(4))
      if start.starts(with: [0x1F, 0x8B, 8]) {
        self = .gzip
      } else if start.count >= 2, start[0] & 0x0F == 8, start[0] >> 4 <= 7,
        (Int(start[0]) << 8 | Int(start[1])) % 31 == 0
      {
        self = .zlib
      } else {
        return nil
      }
    }
  }

  /// What came of it.
  private(set) var bytes: [UInt8] = []
  /// Where the streams end in what was given.
  private(set) var end: Int
  /// Why that is not all.
  private(set) var failure: CheckpointError?

  /// - Parameters:
  ///   - limit: the most bytes that are made.
  init(_ packed: [UInt8], _ wrapping: Wrapping, limit: Int) {
    end = 0
    repeat {
      guard let start = Self.start(packed, end, wrapping) else {
        failure = CheckpointError(.corrupt, "its header is cut short", at: .init(byte: end))
        return
      }
      guard inflate(packed, from: start, limit: limit - bytes.count) else { return }
      if wrapping != .none { end = min(packed.count, end + (wrapping == .gzip ? 8 : 4)) }
      // Members of gzip may follow each other, and are one stream to readers.
    } while wrapping == .gzip && packed[end...].starts(with: [0x1F, 0x8B, 8])
  }

  /// Where the deflated bytes begin; nil where the header is cut short.
  private static func start(_ packed: [UInt8], _ offset: Int, _ wrapping: Wrapping) -> Int? {
    var start = offset
    switch wrapping {
    case .none: break
    case .zlib: start += packed.count > offset + 1 && packed[offset + 1] & 0x20 != 0 ? 6 : 2
    case .gzip:
      guard packed.count >= offset + 10 else { return nil }
      let flags = packed[offset + 3]
      start += 10
      if flags & 4 != 0 {
        guard start + 2 <= packed.count else { return nil }
        start += 2 + Int(packed[start]) + Int(packed[start + 1]) << 8
      }
      for flag in [8, 16] as [UInt8] where flags & flag != 0 {
        guard start <= packed.count, let zero = packed[start...].firstIndex(of: 0) else { return nil }
        start = zero + 1
      }
      if flags & 2 != 0 { start += 2 }
    }
    return start <= packed.count ? start : nil
  }

  /// What stands in front of the last zeros: where a stream ends early, it is not known how many of them it made.
  private static func made(_ piece: [UInt8]) -> ArraySlice<UInt8> {
    piece[..<((piece.lastIndex { $0 != 0 } ?? -1) + 1)]
  }

  /// Adds what one stream holds; false where that is not all of it.
  private mutating func inflate(_ packed: [UInt8], from start: Int, limit: Int) -> Bool {
    guard let decompressor = unsafe libdeflate_alloc_decompressor() else {
      failure = CheckpointError(.limit, "libdeflate got no memory")
      return false
    }
    defer { unsafe libdeflate_free_decompressor(decompressor) }
    var (input, isPadded) = (packed, false)
    var capacity = min(limit, max(1 << 16, 4 * (packed.count - start)))
    while true {
      var (used, made) = (0, 0)
      var result = LIBDEFLATE_BAD_DATA
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        // What is made before a fault is not counted: zeros tell where it ends.
        unsafe buffer.initialize(repeating: 0)
        result = unsafe input.withUnsafeBytes { bytes in
          unsafe libdeflate_deflate_decompress_ex(
            decompressor, bytes.baseAddress.map { unsafe $0 + start }, input.count - start,
            buffer.baseAddress, capacity, &used, &made)
        }
        count = result == LIBDEFLATE_SUCCESS ? made : capacity
      }
      switch result {
      case LIBDEFLATE_SUCCESS where !isPadded:
        bytes += piece
        end = start + used
        return true
      case LIBDEFLATE_INSUFFICIENT_SPACE where capacity < limit:
        capacity = min(limit, capacity > limit / 4 ? limit : 4 * capacity)
      case LIBDEFLATE_INSUFFICIENT_SPACE:
        bytes += Self.made(piece)
        end = packed.count
        failure = CheckpointError(
          .limit, "it unpacks to more than \(limit) bytes", hint: StructureLimits.hint)
        return false
      case _ where !isPadded:
        // A stored block that is cut short gives nothing: zeros behind it have it end.
        isPadded = true
        input = packed + [UInt8](repeating: 0, count: 1 << 16)
      default:
        bytes += Self.made(piece)
        end = packed.count
        failure = CheckpointError(.corrupt, "its deflated bytes are broken or cut short")
        return false
      }
    }
  }
}
