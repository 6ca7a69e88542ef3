// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Rooms' impulse responses: recordings, or the rows of a matrix as in RDINO's `rir.npy`.
package struct ImpulseResponses: Sendable {
  private enum Source: Sendable {
    case recordings(SoundList)
    case rows([Float], width: Int)
  }

  private let source: Source
  package let path: String

  /// Reads a `.npy` matrix (responses, samples) of float32 or float64 at 16 kHz, or what `SoundList` reads.
  ///
  /// - Throws: `misfit` where the matrix has another shape, is empty, or holds what is not finite.
  package init(_ path: String) throws(CheckpointError) {
    self.path = path
    guard FilePath.suffix(of: path) == "npy" else {
      source = .recordings(try SoundList(path))
      return
    }
    let bytes = try FileSystem.bytes(of: path, limit: 1 << 31)
    do throws(CheckpointError) {
      let array = try NPYArray(npy: bytes)
      guard array.shape.count == 2, array.count > 0 else {
        throw CheckpointError(
          .misfit, "an array of shape \(array.shape); (responses, samples) is needed",
          hint: "a matrix of rows")
      }
      let values = try array.realFloats()
      if let bad = values.firstIndex(where: { !$0.isFinite }) {
        throw CheckpointError(
          .misfit,
          "sample \(bad % array.shape[1]) of response \(bad / array.shape[1]) is not a finite number")
      }
      source = .rows(values, width: array.shape[1])
    } catch { throw error.at(file: path) }
  }

  /// The recordings; nil where all are rows of one file.
  package var list: SoundList? { if case .recordings(let list) = source { list } else { nil } }

  package var count: Int {
    switch source {
    case .recordings(let list): list.count
    case .rows(let values, let width): values.count / width
    }
  }

  /// The samples of response `index`, whole.
  package func samples(of index: Int) throws(CheckpointError) -> [Double] {
    switch source {
    case .recordings(let list):
      return try list.samples(of: index, count: AudioFile.longest) { _ in 0 }
    case .rows(let values, let width):
      return values[index * width..<(index + 1) * width].map(Double.init)
    }
  }

  /// An error about response `index`.
  func located(_ error: CheckpointError, _ index: Int) -> CheckpointError {
    switch source {
    case .recordings(let list): list.located(error, index)
    case .rows: error.at(file: path, member: "row \(index)")
    }
  }
}

extension NPYArray {
  /// The elements of a float32 or float64 array, the latter rounded to float32.
  fileprivate func realFloats() throws(CheckpointError) -> [Float] {
    guard type == .float64 else { return try floats() }
    return stride(from: 0, to: bytes.count, by: 8).map { at in
      let pattern = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) }
      return Float(Double(bitPattern: pattern))
    }
  }
}
