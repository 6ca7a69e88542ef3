// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A `.npy` file of features: frames x 80 float32, exactly what the network takes. Nothing is done to them.
package enum FeatureFile {
  /// The most bytes read: four hours of frames.
  private static let limit = 1 << 29

  /// - Throws: what `NPYArray` throws, and `misfit` where the shape is not (frames, 80) or a value is not finite.
  package static func load(_ path: String) throws(CheckpointError) -> FeatureMatrix {
    let bytes = try FileSystem.bytes(of: path, limit: limit)
    do {
      return try parse(bytes)
    } catch {
      throw error.at(file: path)
    }
  }

  private static func parse(_ bytes: [UInt8]) throws(CheckpointError) -> FeatureMatrix {
    let array = try NPYArray(npy: bytes)
    let bins = FrontEnd.bins
    guard array.shape.count == 2, array.shape[1] == bins, array.shape[0] > 0 else {
      let turned = array.shape.count == 2 && array.shape[0] == bins
      throw CheckpointError(
        .misfit, "features of shape \(array.shape); (frames, \(bins)) is needed",
        hint: turned ? "save features.T" : "80 values a frame, one utterance a file")
    }
    let values = try array.floats()
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw CheckpointError(.misfit, "frame \(bad / bins), bin \(bad % bins) is not a finite number")
    }
    return FeatureMatrix(values: values, bins: bins)
  }
}
