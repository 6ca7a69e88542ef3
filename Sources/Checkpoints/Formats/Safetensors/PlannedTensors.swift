// SPDX-License-Identifier: Apache-2.0

/// Tensors one after the other without gaps: what follows a safetensors header.
struct PlannedTensors: PlannedSection {
  struct Tensor: Sendable {
    var name: Text
    var bytes: PlannedBytes
  }

  var tensors: [Tensor]

  var byteCount: Int { tensors.reduce(0) { $0 + $1.bytes.byteCount } }

  var members: [PlannedMember] {
    var offset = 0
    return tensors.map { tensor in
      defer { offset += tensor.bytes.byteCount }
      return .init(
        name: tensor.name, bytes: tensor.bytes.byteCount, offset: offset,
        origin: tensor.bytes.isCopy ? .copy : .compute)
    }
  }

  /// Where in a file the bytes lie, if they are one run of it in this order and not a small one.
  var wholeSource: Int? {
    guard let piece = pieces.first, pieces.count == 1, piece.range.count >= 1 << 20,
      case .file(_, let whole, _) = piece.source
    else { return nil }
    return whole.lowerBound + piece.range.lowerBound
  }

  /// What lies side by side in one file, and will again, is one copy.
  private var pieces: [PlannedBytes.Piece] {
    var pieces: [PlannedBytes.Piece] = []
    var offset = 0
    for tensor in tensors {
      for piece in tensor.bytes.pieces where !piece.range.isEmpty {
        var piece = piece
        piece.start += offset
        if let last = pieces.last, let joined = last.joined(with: piece) {
          pieces[pieces.count - 1] = joined
        } else {
          pieces.append(piece)
        }
      }
      offset += tensor.bytes.byteCount
    }
    return pieces
  }

  func write(
    to file: borrowing OutputFile, at start: Int, onBytes: (Int) -> Void
  ) throws(CheckpointError) -> Int {
    var bytes = PlannedBytes([])
    bytes.byteCount = byteCount
    bytes.pieces = pieces
    try bytes.write(to: file, at: start, onBytes: onBytes)
    return byteCount
  }
}

extension PlannedBytes.Piece {
  /// Both as one, where the other follows in the same file and in the run.
  fileprivate func joined(with next: Self) -> Self? {
    guard case .file(let file, let whole, _) = source, case .file(file, let nextWhole, _) = next.source,
      start + range.count == next.start
    else { return nil }
    let first = whole.lowerBound + range.lowerBound..<whole.lowerBound + range.upperBound
    let second =
      nextWhole.lowerBound + next.range.lowerBound..<nextWhole.lowerBound + next.range.upperBound
    guard first.upperBound == second.lowerBound else { return nil }
    let both = first.lowerBound..<second.upperBound
    return Self(source: .file(file, both, crc32: nil), range: 0..<both.count, start: start)
  }
}
