// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

@Suite struct FrontEndChoiceTests {
  @Test(arguments: [(TinyBackbone.Metadata.mel, FrontEnd.mel), (.fbank, .fbank)])
  func `_metadata tells, and the same word may be said`(_ metadata: TinyBackbone.Metadata, _ front: FrontEnd)
    throws
  {
    let tiny = try TinyBackbone()
    let file = try BackboneFile(tiny.write(metadata))
    #expect(try FrontEndChoice(asked: nil, in: file).front == front)
    #expect(try FrontEndChoice(asked: front, in: file).front == front)
    let other: FrontEnd = front == .mel ? .fbank : .mel
    #expect(throws: CheckpointError(.contradiction, "")) { try FrontEndChoice(asked: other, in: file).front }
  }

  @Test func `without _metadata it must be said`() throws {
    let tiny = try TinyBackbone()
    let file = try BackboneFile(tiny.write(.none))
    #expect(throws: CheckpointError(.ambiguous, "")) { try FrontEndChoice(asked: nil, in: file).front }
    #expect(try FrontEndChoice(asked: .fbank, in: file).front == .fbank)
    #expect(try FrontEndChoice(asked: .mel, in: file).front == .mel)
  }

  @Test func `upstream's own files tell: a stripped teacher is self-supervised`() throws {
    let folder = try TemporaryFolder()
    let whole = try Fixtures.path("checkpoints/rdino-tiny-torch1.13.pth")
    var document = try Checkpoint.open(whole)
    try document.apply(document.stripPlan().recipe.passes)
    try OutputPlan(document).write(to: folder("b.pth"))
    #expect(try FrontEndChoice(asked: nil, in: BackboneFile(folder("b.pth"))).front == .mel)
    let error = try #require(throws: CheckpointError.self) { try BackboneFile(whole) }
    #expect(error.code == .misfit)
    #expect(error.hint?.contains("resect strip") == true)
  }
}
