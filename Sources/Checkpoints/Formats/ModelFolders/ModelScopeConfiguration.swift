// SPDX-License-Identifier: Apache-2.0

/// `configuration.json`, by which modelscope's pipelines for speaker verification find class, sizes and weights.
struct ModelScopeConfiguration: ModelFolderConfiguration {
  static let name: Text = "configuration.json"
  private static let task: Text = "speaker-verification"
  private static let longest = 1 << 20

  /// The file with the weights, in the same folder.
  let weights: Text

  /// Nil where the folder has none, or one of another task, or it names no file that is there.
  init?(in folder: InputFolder) {
    guard let tree = Self.tree(in: folder), tree["task"]?.text == Self.task,
      let weights = tree["model"]?["pretrained_model"]?.text, folder.names.contains(weights)
    else { return nil }
    self.weights = weights
  }

  /// What the file holds; nil where there is none that can be read.
  static func tree(in folder: InputFolder) -> JSONTree? {
    guard folder.names.contains(name), let bytes = try? folder.bytes(name, limit: longest) else { return nil }
    return try? JSONTree(bytes, subject: "the configuration")
  }

  /// - Parameter threshold: `yesOrno_thr`, which the pipelines want.
  static func text(
    of network: ModelScopeNetwork, weights: Text, threshold: Double
  ) throws(CheckpointError) -> [UInt8] {
    var arguments: [Text: JSONValue] = ["sample_rate": .int(16000)]
    for (name, values) in network.arguments { arguments[Text(name)] = .int(Int64(values[0])) }
    let value: JSONValue = .object([
      "framework": .string("pytorch"), "task": .string(task),
      "model": .object([
        "type": .string(Text(network.type)), "model_config": .object(arguments),
        "pretrained_model": .string(weights), "yesOrno_thr": .double(threshold),
      ]),
      "pipeline": .object(["type": .string(Text(network.pipeline))]),
    ])
    return Array(try JSONText.of(value).utf8)
  }
}
