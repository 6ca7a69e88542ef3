// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Crops of some utterances, crop after crop: the first crop of every utterance, then the second of every one. Each is
/// frames x mel bins, row by row.
package struct CropBatch: Sendable {
  package var utterances: Int
  /// The long crops, which the teacher sees.
  package var globals: [Float]
  package var globalFrames: Int
  /// The short crops.
  package var locals: [Float]
  package var localFrames: Int

  package init(
    utterances: Int, globals: [Float], globalFrames: Int, locals: [Float], localFrames: Int
  ) {
    self.utterances = utterances
    self.globals = globals
    self.globalFrames = globalFrames
    self.locals = locals
    self.localFrames = localFrames
  }
}

extension CropBatch {
  /// - Throws: `misfit` where the values are not whole crops of at least two utterances that the backbone can take;
  ///   `limit` where they would need more memory than there is.
  func check<Numbers: Kernels>(for backbone: ECAPANetwork<Numbers>) throws(CheckpointError) {
    guard utterances > 1 else {
      throw CheckpointError(.misfit, "a batch needs at least two utterances: the losses compare them")
    }
    for (values, frames) in [(globals, globalFrames), (locals, localFrames)] {
      let size = utterances * max(1, frames) * backbone.configuration.inputs
      try backbone.check(
        features: values, batch: utterances * max(1, values.count / size), frames: frames, training: true)
    }
  }
}
