// SPDX-License-Identifier: Apache-2.0

/// `config.yaml`, by which FunASR's `AutoModel` finds class and sizes: `funasr/download/download_model_from_hub.py`,
/// `funasr/auto/auto_model.py`, `funasr/models/campplus` and `funasr/models/eres2net` at 1.4.16.
struct FunASRConfiguration: ModelFolderConfiguration {
  static let project = "FunASR"
  static let name: Text = "config.yaml"
  /// What the loader takes where no `configuration.json` names another.
  static let standard: Text = "model.pt"
  private static let longest = 1 << 20

  // MARK: Reading

  /// The file with the weights, in the same folder.
  let weights: Text

  /// Nil where the folder has none, or one of another kind of model, or there are no weights.
  init?(in folder: InputFolder) {
    guard folder.names.contains(Self.name),
      let bytes = try? folder.bytes(Self.name, limit: Self.longest),
      let text = try? TextFile(bytes), case .map(let entries)? = try? YAMLValue(text),
      case .text(let model)? = entries.first(where: { $0.key == .text("model") })?.value,
      Self.models.contains(model)
    else { return nil }
    let named = ModelScopeConfiguration.tree(in: folder)?["file_path_metas"]?["init_param"]?.text
    weights = named ?? Self.standard
    guard folder.names.contains(weights) else { return nil }
  }

  private static let models: Set<Text> = [
    "CAMPPlus", "ERes2NetV2", "iic/speech_eres2netv2_sv_zh-cn_16k-common",
  ]

  // MARK: Writing

  /// - Throws: `unrepresentable` for networks and sizes that it has no class for.
  static func text(of backbone: Backbone) throws(CheckpointError) -> [UInt8] {
    guard let loader = classes[backbone.family] else {
      throw CheckpointError(
        .unrepresentable,
        "FunASR has speaker networks of CAM++ and ERes2NetV2 alone, and this is \(backbone.family.rawValue)",
        hint: "`--to modelscope`, or `resect-train export FILE -o model.onnx`")
    }
    var text = "model: \(loader.name)\nmodel_conf:\n"
    for (name, values) in try loader.values(of: backbone, project: project) {
      text += "  \(name): \(word(name, values))\n"
    }
    // The network lies one module down, and its keys in the file do not.
    if backbone.family == .eres2NetV2 { text += "scope_map: [\"none\", \"model.\"]\n" }
    return Array(text.utf8)
  }

  private static func word(_ name: String, _ values: [Int]) -> String {
    if name == "two_emb_layer" { return values == [1] ? "true" : "false" }
    return values.count == 1 ? "\(values[0])" : "[\(values.map(String.init).joined(separator: ", "))]"
  }

  /// Its features have 80 mel bins, whatever it is told.
  private static let classes: [Backbone.Family: LoaderClass] = [
    .camPlusPlus: LoaderClass(
      "CAMPPlus", fixed: ["m_channels": [32], "layers": [12, 24, 16], "mels": [80]],
      arguments: [
        ("feat_dim", "mels"), ("embedding_size", "embedding"), ("growth_rate", "growth_rate"),
        ("bn_size", "bn_size"), ("init_channels", "init_channels"),
      ]),
    .eres2NetV2: LoaderClass(
      "ERes2NetV2", fixed: ["mels": [80]],
      arguments: [
        ("feat_dim", "mels"), ("embedding_size", "embedding"), ("m_channels", "m_channels"),
        ("baseWidth", "baseWidth"), ("scale", "scale"), ("expansion", "expansion"),
        ("num_blocks", "num_blocks"), ("two_emb_layer", "two_emb_layer"),
      ]),
  ]
}
