// SPDX-License-Identifier: Apache-2.0

extension TensorReader {
  /// An expanded tensor may claim far more elements than its file has bytes. Beyond this many bytes and
  /// `largestExpansion` times its storage it is refused.
  private static let freeBytes = 1 << 30
  private static let largestExpansion = 64

  /// The elements of the storage that the view touches. Throws `limit` for strides that make far more elements than
  /// there are.
  @discardableResult
  func checkedExtent() throws(CheckpointError) -> Range<Int> {
    guard let extent = tensor.extent else {
      throw CheckpointError(.corrupt, "the strides of a tensor overflow")
    }
    guard tensor.byteCount <= Self.freeBytes + extent.count * tensor.dtype.itemSize * Self.largestExpansion
    else {
      throw CheckpointError(
        .limit,
        "\(tensor.count) elements are expanded from \(extent.count) in the file; they are not written out",
        hint: "look at one with `resect show`, or drop it")
    }
    // Compressed bytes can stand for a thousand times as many, and all that is out of order is held at once.
    let files = source.inputs.reduce(0) { $0 + $1.size }
    let span = extent.count * tensor.dtype.itemSize
    guard isPlain || files == 0 || span <= Self.freeBytes + files * Self.largestExpansion else {
      throw CheckpointError(
        .limit,
        "\(span) bytes unpacked from a file of \(files) are not row-major, and too many to put in order",
        hint: "save it in row-major order, or unpack the archive first")
    }
    return extent
  }

  /// The same, of a tensor whose strides may lead out of its storage: the limits are not looked at.
  func extentInStorage() throws(CheckpointError) -> Range<Int> {
    guard let extent = tensor.extent, extent.lowerBound >= 0,
      extent.upperBound <= source.byteCount / tensor.dtype.itemSize
    else {
      throw CheckpointError(
        .corrupt, "the strides of a tensor lead out of its storage", at: .init(file: file))
    }
    return extent
  }

  /// Both checks, before any index is reckoned; errors name the file.
  func checkExtent() throws(CheckpointError) {
    _ = try extentInStorage()
    do throws(CheckpointError) { try checkedExtent() } catch { throw error.at(file: file) }
  }
}
