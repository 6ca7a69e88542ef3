// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct ModelFolderReadingTests {
  private static let released = """
    {"framework": "pytorch", "task": "speaker-verification", "model": {"type": "cam++-sv", "model_config":
    {"sample_rate": 16000, "fbank_dim": 80, "emb_size": 192}, "pretrained_model": "campplus_cn_common.bin",
    "yesOrno_thr": 0.31}, "pipeline": {"type": "speaker-verification"}}
    """

  /// Any checkpoint that is small.
  private func weights() throws -> [UInt8] {
    try Fixtures.bytes("3dspeaker/CKPT-EPOCH-3-00/classifier.ckpt")
  }

  private func open(_ files: [(name: String, bytes: [UInt8])]) throws -> Document {
    let folder = try TemporaryFolder()
    for file in files { try File.write(file.bytes, to: folder(file.name)) }
    return try Checkpoint.open(folder.path)
  }

  @Test func `a released folder of modelscope opens as its weights`() throws {
    let document = try open([
      ("configuration.json", Array(Self.released.utf8)), ("campplus_cn_common.bin", try weights()),
      ("README.md", []), ("config.yaml", Array("model: CAMPPlus\n".utf8)),
    ])
    #expect(document.tensorCount(below: document.root) > 0)
  }

  @Test(arguments: ["CAMPPlus", "ERes2NetV2"])
  func `a folder of FunASR opens as its weights`(_ model: String) throws {
    let yaml = Array("model: \(model)\nmodel_conf:\n  feat_dim: 80\n".utf8)
    _ = try open([("config.yaml", yaml), ("model.pt", try weights())])
    let named = Array(#"{"file_path_metas": {"init_param": "a.bin", "config": "config.yaml"}}"#.utf8)
    _ = try open([("config.yaml", yaml), ("a.bin", try weights()), ("configuration.json", named)])
  }

  @Test func `a folder that merely holds a configuration is none`() throws {
    let weights = try weights()
    let json = Self.released
    let others: [[(name: String, bytes: [UInt8])]] = [
      // Another task, no file of that name, a path out of the folder, no JSON.
      [
        ("configuration.json", Array(json.replacing("speaker-verification", with: "asr").utf8)),
        ("campplus_cn_common.bin", weights),
      ],
      [("configuration.json", Array(json.utf8)), ("other.bin", weights)],
      [("configuration.json", Array(json.replacing("campplus_cn", with: "../campplus_cn").utf8))],
      [("configuration.json", Array("{".utf8)), ("campplus_cn_common.bin", weights)],
      [("config.yaml", Array("model: Paraformer\n".utf8)), ("model.pt", weights)],
      [("config.yaml", Array("model:\n  name: CAMPPlus\n".utf8)), ("model.pt", weights)],
      [("config.yaml", Array("model: CAMPPlus\n".utf8)), ("model.bin", weights)],
    ]
    for files in others {
      #expect(throws: CheckpointError.self, "\(files.map(\.name))") { try open(files) }
    }
  }

  @Test func `what opened before opens as before`() throws {
    let document = try open([
      ("configuration.json", Array(Self.released.utf8)), ("campplus_cn_common.bin", Array("no file".utf8)),
      ("pytorch_model.bin", try weights()),
    ])
    #expect(document.source?.file.hasSuffix("pytorch_model.bin") == true)
  }

  @Test(arguments: [
    (#"{"rule": "cosine", "threshold": 0.25}"#, #""fbank""#, 0.25),
    (#"{"rule": "cosine", "threshold": 0.25}"#, #""fbank-sherpa""#, nil),
    (#"{"rule": "cosine", "threshold": 0.25}"#, "null", nil),
    (#"{"rule": "as-norm", "threshold": 0.25}"#, #""fbank""#, nil),
    (#"{"rule": "cosine", "threshold": 3}"#, #""fbank""#, nil),
  ])
  func `a calibration's threshold of the cosine counts, measured with fbank`(
    _ rule: String, _ front: String, _ wanted: Double?
  ) throws {
    let folder = try TemporaryFolder()
    try File.write(
      Array(#"{"schema": 1, "frontEnd": \#(front), "rules": [\#(rule)]}"#.utf8), to: folder("c.json"))
    let options = ModelScopeOptions(calibration: try CosineThreshold(folder("c.json")))
    #expect(options.known == wanted)
    #expect((options.calibration?.misfit == nil) == (wanted != nil))
  }

  @Test(arguments: [
    ("{}", CheckpointError.Code.corrupt), (#"{"schema": 2, "rules": []}"#, .unsupported), ("[", .corrupt),
    (#"{"schema": 1, "rules": [{"rule": "cosine"}]}"#, .corrupt),
  ])
  func `what is no calibration is refused`(_ text: String, _ code: CheckpointError.Code) throws {
    let folder = try TemporaryFolder()
    try File.write(Array(text.utf8), to: folder("c.json"))
    let error = #expect(throws: CheckpointError(code, "")) { try CosineThreshold(folder("c.json")) }
    #expect(error?.location.file == folder("c.json"))
  }
}
