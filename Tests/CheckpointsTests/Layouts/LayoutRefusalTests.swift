// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// What `strip` refuses: each with its code and its exact message.
struct LayoutRefusalTests {
  private func refusal(_ document: Document, branch: Text? = nil) throws -> CheckpointError {
    let error = #expect(throws: CheckpointError.self) { try document.stripPlan(branch: branch) }
    return try #require(error)
  }

  @Test func `an absent branch is refused with the list`() throws {
    let document = try Checkpoint.open(Fixtures.path("checkpoints/sdpn-tiny-torch1.13.pth"))
    let error = try refusal(document, branch: "techer")
    #expect(error.code == .absentBranch)
    #expect(
      error.description
        == "there is no branch `techer`; the file has `student` and `teacher`\n  try: `--branch teacher`")
  }

  @Test func `a file with a student alone is refused, as the teacher is the default`() throws {
    let document = KeyListState.dict(["student": try LayoutTests.branch("ecapa_tdnn_sup192")])
    let error = try refusal(document)
    #expect(error.code == .absentBranch)
    #expect(
      error.description == "there is no branch `teacher`; the file has `student`\n  try: `--branch student`")
    #expect(try document.stripPlan(branch: "student").branch == "student")
  }

  @Test func `a branch of a file without branches is refused`() throws {
    let error = try refusal(LayoutTests.branch("ecapa_tdnn_sup192").document, branch: "teacher")
    #expect(error.code == .absentBranch)
    #expect(error.hint == "leave `--branch` out")
  }

  @Test func `several networks without a teacher are ambiguous`() throws {
    let ecapa = try KeyList("ecapa_tdnn_sup192").state()
    let error = try refusal(KeyListState.dict(["a": ecapa, "b": ecapa]))
    #expect(error.code == .ambiguous)
    #expect(
      error.description == "none of the 2 networks is called `teacher`: `a` and `b`\n  try: `--branch a`")
  }

  @Test func `a bare backbone is refused, with its sizes`() throws {
    let document = try KeyList("ecapa_tdnn_sup192").state(metadata: ["", "blocks"]).document
    let error = try refusal(document)
    #expect(error.code == .alreadyBare)
    #expect(error.code.exitCode == 4)
    #expect(
      error.description
        == "the file is a bare backbone already: ECAPA-TDNN, attention_channels 128, channels 1024 1024 "
        + "1024 1024 3072, global_context 1, kernel_sizes 5 3 3 3 1, res2net_scale 8, se_channels 128, embedding 192, "
        + "80 mels, supervised form (takes log filter banks)\n  try: `--copy` writes it as it is")
  }

  struct Unknown: Sendable {
    var file: Sample
    var message: String
  }

  @Test(arguments: [
    Unknown(
      file: .dict([
        "model": .keys(["encoder.a", "decoder.b"]), "center": .tensor([1, 4]), "epoch": .int(3),
        "log": .list([.int(1), .int(2)]),
      ]),
      message: """
        no layout that is known fits; the file holds
          model: OrderedDict of 2 keys: `encoder.` and `decoder.`
          center: Tensor float32 [1, 4]
          epoch: int
          log: list of 2
          try: write the passes by hand, for example: `resect edit FILE -o OUT 'take model' 'under encoder.'`
        """),
    Unknown(
      file: .keys(["patch_embed.proj.weight", "blocks.0.weight", "head.weight"]),
      message: """
        no layout that is known fits; the file holds
          a state dict whose keys begin with `patch_embed.`, `blocks.` and `head.`
          try: write the passes by hand, for example: `resect edit FILE -o OUT 'drop head.**'`
        """),
    Unknown(
      file: .dict(["teacher": .keys(["backbone.a", "projector.b"])]),
      message: """
        no layout that is known fits; the file holds
          teacher: OrderedDict of 2 keys: `backbone.` and `projector.`
          try: write the passes by hand, for example: `resect edit FILE -o OUT 'take teacher' 'under backbone.'`
        """),
    Unknown(
      file: .dict(["model": .keys(["teacher.backbone._flat_param", "teacher.dino_head._flat_param"])]),
      message: """
        `model` holds parameters that FSDP joined into `_flat_param`
          try: save it again under `StateDictType.FULL_STATE_DICT`: the shapes are not in the file
        """),
    Unknown(
      file: .int(3),
      message: "no layout that is known fits; the file holds\n  int\n  try: `resect tree FILE` shows "
        + "what it holds"),
  ]) func `an unknown layout shows the top of the file and passes to write by hand`(_ test: Unknown) throws {
    let error = try refusal(test.file.document)
    #expect(error.code == .unknownLayout)
    #expect(
      error.description.split(separator: "\n").map { $0.drop { $0 == " " } }
        == test.message.split(separator: "\n").map { $0.drop { $0 == " " } })
  }
}
