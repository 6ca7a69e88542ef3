// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension DINOOptions {
  /// Takes over what a configuration of 3D-Speaker's `train_rdino.py` or `train_sdpn.py` says.
  ///
  /// - Throws: `unsupported` for what cannot be trained here; `misfit` for values of the wrong kind.
  package mutating func take(_ recipe: TrainingRecipe) throws(CheckpointError) {
    epochs = try recipe.int("epochs") ?? epochs
    batchSize = try recipe.int("batch_size_per_gpu") ?? batchSize
    schedules.learningRate = try recipe.number("lr") ?? schedules.learningRate
    schedules.finalLearningRate = try recipe.number("min_lr") ?? schedules.finalLearningRate
    schedules.warmupEpochs = try recipe.int("warmup_epochs") ?? schedules.warmupEpochs
    schedules.weightDecay = try recipe.number("weight_decay") ?? schedules.weightDecay
    schedules.finalWeightDecay = try recipe.number("weight_decay_end") ?? schedules.weightDecay
    clipNorm = try recipe.number("clip_grad") ?? clipNorm
    schedules.teacherMomentum = try recipe.number("momentum_teacher") ?? schedules.teacherMomentum
    schedules.warmupTeacherTemperature =
      try recipe.number("warmup_teacher_temp") ?? schedules.warmupTeacherTemperature
    schedules.teacherTemperature = try recipe.number("teacher_temp") ?? schedules.teacherTemperature
    schedules.teacherTemperatureEpochs =
      try recipe.int("warmup_teacher_temp_epochs") ?? schedules.teacherTemperatureEpochs
    schedules.regularisation = try recipe.number("lambd") ?? schedules.regularisation
    schedules.lastLayerEpochs = try recipe.int("freeze_last_layer") ?? schedules.lastLayerEpochs
    keepEvery = try recipe.int("saveckp_freq") ?? keepEvery
    frames = try recipe.int("max_frames") ?? frames
    globals = try recipe.int("glb_num") ?? globals
    locals = try recipe.int("local_num") ?? locals
    koLeoWeight = try recipe.number("koleo_loss_weight") ?? koLeoWeight
    memaxWeight = try recipe.number("memax_weight") ?? memaxWeight
    stdCoefficient = try recipe.number("std_coeff") ?? stdCoefficient
    covCoefficient = try recipe.number("cov_coeff") ?? covCoefficient
    try takeSizes(recipe)
  }

  private mutating func takeSizes(_ recipe: TrainingRecipe) throws(CheckpointError) {
    let (backbone, head) = ("student_ecapa/args", "student_head/args")
    sizes.channels = try recipe.ints("\(backbone)/channels") ?? sizes.channels
    sizes.attention = try recipe.int("\(backbone)/attention_channels") ?? sizes.attention
    sizes.squeezed = try recipe.int("\(backbone)/se_channels") ?? sizes.squeezed
    sizes.embedding = try recipe.int("\(backbone)/lin_neurons", "embed_dim") ?? sizes.embedding
    sizes.hidden = try recipe.int("\(head)/hidden_dim") ?? sizes.hidden
    sizes.regularised = try recipe.int("\(head)/add_dim") ?? sizes.regularised
    sizes.bottleneck = try recipe.int("\(head)/bottleneck_dim", "output_dim") ?? sizes.bottleneck
    sizes.outputs = try recipe.int("\(head)/out_dim", "out_dim") ?? sizes.outputs
    sizes.prototypes = try recipe.int("num_proto") ?? sizes.prototypes
    if try recipe.bool("\(head)/use_bn", "use_bn_in_head") == false {
      throw CheckpointError(.unsupported, "a head without batch normalisation is not trained here")
    }
  }
}
