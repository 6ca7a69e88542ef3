// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension DINOOptions {
  /// Takes over what a configuration of 3D-Speaker's `train_rdino.py` or `train_sdpn.py` says.
  ///
  /// - Throws: `unsupported` for what cannot be trained here; `misfit` for values of the wrong kind.
  package mutating func take(_ recipe: TrainingRecipe) throws(CheckpointError) {
    try takeEach(recipe)
    if try recipe.bool("student_head/args/use_bn", "use_bn_in_head") == false {
      throw CheckpointError(.unsupported, "a head without batch normalisation is not trained here")
    }
  }
}
