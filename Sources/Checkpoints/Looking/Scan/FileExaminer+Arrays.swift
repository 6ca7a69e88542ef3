// SPDX-License-Identifier: Apache-2.0

/// numpy's arrays: numbers by their header, or objects, which are a pickle behind it.
extension FileExaminer {
  mutating func examineArray(_ subject: ScanSubject, _ start: [UInt8]) throws(CheckpointError) -> String? {
    guard start.starts(with: NPYHeader.magic) else { return nil }
    guard let elements = try NPYElements(subject.file) else {
      notes.skip(
        CheckpointError(
          .corrupt, "the header of the array is cut short, or of no known version", at: .init(byte: 6)),
        of: subject)
      return "npy"
    }
    let behind = try subject.part(elements.start..<subject.size)
    switch elements.kind {
    case .plain:
      if let end = elements.end {
        // `numpy.save` may have been called on one file several times.
        try examineRest(of: subject, from: end)
      } else {
        notes.skip(
          CheckpointError(
            .corrupt, "its elements are cut short, or their shape cannot be told", at: .init(byte: 0)),
          of: behind)
      }
    case .objects: try examineCertainPickle(behind)
    case .unknown:
      // Whatever numpy makes of it, what it would run is looked at.
      notes.skip(
        CheckpointError(.unsupported, "the array's header is none that numpy writes", at: .init(byte: 0)),
        of: subject)
      _ = try examinePickles(behind, behind.start())
    }
    return "npy"
  }
}
