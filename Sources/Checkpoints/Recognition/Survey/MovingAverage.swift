// SPDX-License-Identifier: Apache-2.0

/// A moving average of weights (EMA, SWA) that a document holds beside the weights it was taken of.
///
/// Which of the two is the average goes by the names at the top: some training codes swap them when they save, so
/// that `state_dict` is what they evaluate.
package struct MovingAverage: Sendable {
  /// The path of the average.
  var average: Text
  /// The path of the weights as they were trained.
  var trained: Text
  /// Said in the report.
  var evidence: String

  /// `average` where `trained` and all of `beside` lie at the top too.
  private struct Form {
    var average: Text
    var trained: Text
    var beside: [Text] = []
    /// Who swaps the two.
    var swap: String?
  }

  private static let forms: [Form] = [
    // `_swap_ema_state_dict` of open-mmlab/mmengine, mmengine/hooks/ema_hook.py; its Runner saves `message_hub`.
    Form(
      average: "state_dict", trained: "ema_state_dict", beside: ["message_hub"], swap: "MMEngine's EMAHook"),
    // `on_save_checkpoint` of Lightning-AI/pytorch-lightning, callbacks/weight_averaging.py.
    Form(
      average: "state_dict", trained: "current_model_state", beside: ["averaging_state"],
      swap: "Lightning's WeightAveraging"),
    Form(average: "ema_state_dict", trained: "state_dict"),
    // `CheckpointSaver._save` of huggingface/pytorch-image-models, timm/utils/checkpoint_saver.py.
    Form(average: "state_dict_ema", trained: "state_dict"),
    // What timm's `load_state_dict` (timm/models/_helpers.py) prefers after `state_dict_ema`.
    Form(average: "model_ema", trained: "model"),
    Form(average: "ema_state_dict", trained: "model_state_dict"),
  ]

  /// - Parameter isStateDict: whether a state dict lies at the top under a name.
  init?(has: (Text) -> Bool, isStateDict: (Text) -> Bool) {
    for form in Self.forms
    where isStateDict(form.average) && isStateDict(form.trained) && form.beside.allSatisfy(has) {
      average = form.average
      trained = form.trained
      evidence = "`\(average)` is the moving average of `\(trained)`"
      if let swap = form.swap { evidence += ": \(swap) swaps the two when it saves" }
      return
    }
    return nil
  }
}
