// SPDX-License-Identifier: Apache-2.0

extension TensorReader {
  /// XXH3-128 over data type, shape and elements in row-major order: equal for equal tensors, whatever the strides.
  package func fingerprint(onBytes: (Int) -> Void = { _ in }) throws(CheckpointError) -> XXH3.Digest {
    var hash = XXH3()
    hash.update(Array("\(tensor.dtype) \(tensor.shapeText)\n".utf8))
    if !isPlain { try checkExtent() }
    try forEachChunk { chunk throws(CheckpointError) in
      hash.update(chunk)
      onBytes(chunk.byteCount)
    }
    return hash.digest()
  }
}
