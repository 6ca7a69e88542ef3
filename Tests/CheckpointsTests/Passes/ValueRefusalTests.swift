// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// Wrong uses of the passes that change values, each with its code and its exact message.
struct ValueRefusalTests {
  static let file = Sample.dict([
    "model": .keys(["a", "b"]), "epoch": .int(1), "t": .tuple([.int(1)]),
    "d": .call(GlobalName("m", "f"), [.int(1)]),
  ])

  @Test(arguments: [
    RefusalTests.Wrong(
      passes: "cast fp16", code: .wrongWords, message: "`fp16` is not a data type\n  try: `cast float16`"),
    RefusalTests.Wrong(
      passes: "cast torch.half", code: .wrongWords,
      message: "`torch.half` is not a data type\n  try: `cast float16`"),
    RefusalTests.Wrong(
      passes: "cast float23", code: .wrongWords,
      message: "`float23` is not a data type\n  try: `cast float32`"),
    RefusalTests.Wrong(
      passes: "cast int64", code: .wrongWords,
      message: "`cast` does not convert to int64\n  try: the data types are "
        + "`float64`, `float32`, `float16`, `bfloat16`, `float8_e4m3fn`, `float8_e5m2`, `float8_e4m3fnuz` and "
        + "`float8_e5m2fnuz`"),
    RefusalTests.Wrong(
      passes: "cast float16 but a", code: .wrongWords,
      message:
        "after the data type `cast` takes `except` and patterns\n  try: `cast float16 except **.running_*`"),
    RefusalTests.Wrong(
      passes: "cast float16 except bias", code: .nothingMatched,
      message: "no key matches `bias`; the keys begin with `model`, `a`, `b`, `epoch`, `t` and `d`\n  try: "
        + "`resect ls FILE` lists every path"),
    RefusalTests.Wrong(
      passes: "set epoch hello", code: .wrongWords,
      message:
        "`hello` is not JSON: `h` stands where a value belongs\n  try: text needs quotes of its own: "
        + "`set epoch '\"hello\"'`"),
    RefusalTests.Wrong(
      passes: "set epoch 99999999999999999999", code: .wrongWords,
      message:
        "`99999999999999999999` is not JSON: the number 99999999999999999999 is too large\n  try: "
        + "numbers, true, false, null, \"text\", [..], {..}"),
    RefusalTests.Wrong(
      passes: "set epoch '{\"a\": 1, \"a\": 2}'", code: .wrongWords,
      message:
        "`{\"a\": 1, \"a\": 2}` is not JSON: `a` stands twice in one object\n  try: numbers, true, false, null, "
        + "\"text\", [..], {..}"),
    RefusalTests.Wrong(
      passes: "set model/a 1", code: .unrepresentable,
      message:
        "'model/a': it holds tensors, which `set` does not replace\n  try: drop it first: `drop model/a`"),
    RefusalTests.Wrong(
      passes: "set nowhere/a 1", code: .nothingMatched,
      message:
        "'nowhere/a': there is no `nowhere` to set it in\n  try: `set` adds to containers that are there: "
        + "`resect tree FILE` shows them"),
    RefusalTests.Wrong(
      passes: "set t/4 1", code: .nothingMatched,
      message: "'t/4': a tuple takes no new `4`\n  try: `set` adds to dicts, to the end of lists and to the "
        + "attributes of plain objects"),
    RefusalTests.Wrong(
      passes: "set d/.args 1", code: .unrepresentable,
      message:
        "'d/.args': it is a part that its object is made from\n  try: `plain` turns objects of some classes "
        + "into dicts"),
    RefusalTests.Wrong(
      passes: "untie a", code: .wrongWords, message: "`untie` takes no words after it\n  try: `untie`"),
  ]) func `a wrong use is refused, and leaves the document as it was`(_ wrong: RefusalTests.Wrong) throws {
    let before = Self.file.document
    var document = before
    #expect {
      try document.edit(wrong.passes)
    } throws: { error in
      let error = error as? CheckpointError
      return error?.code == wrong.code && error?.description == wrong.message
    }
    #expect(try document.leaves == before.leaves)
  }

  @Test(arguments: [
    "", "{", "[1,", "01", "1.", "+1", "nul", "\"a", "{a: 1}", "[1 2]", "1 2", "\"\\x\"", "\"\\ud800\"",
    "1e999",
  ])
  func `what is not JSON is wrong words`(_ text: String) {
    #expect(throws: CheckpointError(.wrongWords, "")) { try SetValue(arguments: ["x", text]) }
  }

  @Test func `JSON that is nested without end is wrong words`() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: CheckpointError(.wrongWords, "")) { try SetValue(arguments: ["x", text]) }
  }
}
