// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

@Suite struct PlaceholderTests {
  @Test("DeepSpeed's module of zero-sized placeholders is refused with the script that gathers it")
  func deepSpeed() throws {
    let document = Sample.dict([
      "module": .state(["a.weight": .tensor([0]), "b.weight": .tensor([0]), "bn.running_mean": .tensor([4])]),
      "ds_version": .string("0.9"), "global_steps": .int(3),
    ]).document
    let error = #expect(throws: CheckpointError.self) { try document.stripPlan() }
    #expect(error?.code == .unknownLayout && error?.reason.contains("`module` have no elements") == true)
    #expect(error?.hint?.contains("zero_to_fp32.py") == true)
  }

  @Test("placeholders of nobody known are refused under wrappers too")
  func wrapped() throws {
    let document = Sample.state(["module.a.weight": .tensor([0, 3]), "module.a.bias": .tensor([0])]).document
    let error = #expect(throws: CheckpointError.self) { try document.stripPlan() }
    #expect(error?.hint == "save it again with its weights gathered")
  }

  @Test("one empty tensor among weights is no placeholder")
  func oneEmpty() throws {
    let document = Sample.state([
      "module.a.weight": .tensor([2, 3]), "module.b.weight": .tensor([3, 3]), "module.e": .tensor([0]),
    ]).document
    #expect(try document.stripPlan().recipe.passes.count == 1)
  }

  @Test(
    "an embedding model is not told to drop its embedding",
    arguments: ["fc.", "embedding.", "seg_1.", "linear."])
  func embedding(last: String) throws {
    let document = Sample.state([
      "conv1.weight": .tensor([2, 3]), "bn.weight": .tensor([3]), "\(last)weight": .tensor([3, 3]),
    ]).document
    let error = #expect(throws: CheckpointError.self) { try document.stripPlan() }
    #expect(error?.code == .unknownLayout && error?.hint?.contains("drop '") == false)
    #expect(error?.hint?.contains("\(last)**") == false)
  }
}
