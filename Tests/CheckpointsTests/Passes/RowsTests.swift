// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct RowsTests {
  /// `fc.weight` with the rows (0, 1), (2, 3), ... and `fc.bias` with 0, 10, 20, ...
  private func classifier(_ rows: Int, _ dtype: DType = .float32) -> Document {
    var document = Sample.state([
      "fc.weight": .tensor([rows, 2], dtype), "fc.bias": .tensor([rows], dtype), "conv": .tensor([2]),
    ]).document
    fill(&document, "fc.weight", (0..<2 * rows).map(Double.init))
    fill(&document, "fc.bias", (0..<rows).map { Double(10 * $0) })
    return document
  }

  private func fill(_ document: inout Document, _ path: Text, _ values: [Double]) {
    guard let tensor = document.tensor(path) else { return }
    var bytes = [UInt8](repeating: 0, count: values.count * tensor.dtype.itemSize)
    var span = bytes.mutableSpan
    var target = unsafe span.mutableBytes
    for (index, value) in values.enumerated() {
      _ = FloatingPointCodec.encode(value, into: &target, index, tensor.dtype)
    }
    document[tensor.storage].bytes = .memory(bytes)
  }

  private func values(_ document: Document, _ path: Text) throws -> [Float] {
    let tensor = try #require(document.tensor(path))
    return try TensorReader(document, tensor).floats() ?? []
  }

  private func write(_ text: String, _ name: String, in folder: TemporaryFolder) throws -> String {
    try File.write(Array(text.utf8), to: folder(name))
    return folder(name)
  }

  @Test func `rows are picked in the order that is asked for, weight and bias together`() throws {
    var document = classifier(4)
    let report = try document.edit("rows fc.** pick 3,0-1,3")
    #expect(document.tensor("fc.weight")?.shape == [4, 2])
    #expect(try values(document, "fc.weight") == [6, 7, 0, 1, 2, 3, 6, 7])
    #expect(try values(document, "fc.bias") == [30, 0, 10, 30])
    #expect(report[0].changes.map(\.from) == ["fc.weight", "fc.bias"])
    #expect(document.tensor("conv")?.shape == [2])
  }

  @Test func `any part of the gathered bytes can be asked for`() throws {
    let document = classifier(5)
    let tensor = try #require(document.tensor("fc.weight"))
    let rows = GatheredRows(
      view: try TensorView(document, tensor), rows: [.row(1), .row(2), .zero, .mean, .row(0)])
    let whole = try ByteSource.computed(rows).read(0..<40)
    #expect(whole.count == rows.byteCount)
    for start in 0..<40 {
      for end in start...40 {
        #expect(try ByteSource.computed(rows).read(start..<end) == Array(whole[start..<end]))
      }
    }
  }

  @Test func `an order moves every row`() throws {
    let folder = try TemporaryFolder()
    let order = try write("2\n0\n1\n", "order", in: folder)
    var document = classifier(3)
    try document.edit("rows fc.** order \(order)")
    #expect(try values(document, "fc.bias") == [20, 0, 10])
    for (text, reason) in [
      ("2\n0\n", "it has 2 lines, but there are 3 rows"), ("2\n0\n2\n", "lines 1 and 3 are both row 2"),
      ("2\n0\n3\n", "line 3: `3` is no row"), ("2\n0\nx\n", "line 3: `x` is no row"),
    ] {
      let wrong = try write(text, "wrong", in: folder)
      let error = #expect(throws: CheckpointError(.misfit, "")) {
        var document = classifier(3)
        try document.edit("rows fc.** order \(wrong)")
      }
      #expect(error?.reason == reason)
    }
  }

  @Test func `rows move by label, and new labels get the mean or zeros`() throws {
    let folder = try TemporaryFolder()
    let old = try write("anna\nben\ncleo\n", "old", in: folder)
    let new = try write(#"{"dora": 1, "cleo": 0, "anna": 2}"#, "new", in: folder)
    var document = classifier(3)
    let report = try document.edit("rows fc.** labels \(old) \(new) init mean")
    #expect(try values(document, "fc.weight") == [4, 5, 2, 3, 0, 1])
    #expect(try values(document, "fc.bias") == [20, 10, 0])
    #expect(report[0].notes == ["new, mean: `dora`", "gone: `ben`"])
    document = classifier(3)
    try document.edit("rows fc.** labels \(old) \(new) init zero")
    #expect(try values(document, "fc.weight") == [4, 5, 0, 0, 0, 1])
    let error = #expect(throws: CheckpointError(.ambiguous, "")) {
      try document.edit("rows fc.** labels \(old) \(new)")
    }
    #expect(error?.reason == "`dora` has no row yet")
  }

  @Test func `labels that cannot be told apart or do not fit are refused`() throws {
    let folder = try TemporaryFolder()
    let two = try write("anna\nanna\nben\n", "two", in: folder)
    let short = try write("anna\n", "short", in: folder)
    let good = try write("anna\nben\ncleo\n", "good", in: folder)
    let holes = try write(#"{"anna": 0, "ben": 2}"#, "holes", in: folder)
    let strange = try write("x\ny\nz\n", "strange", in: folder)
    for (line, code) in [
      ("labels \(two) \(good)", CheckpointError.Code.collision), ("labels \(short) \(good)", .misfit),
      ("labels \(good) \(holes)", .misfit), ("labels \(good) \(strange) init zero", .misfit),
      ("labels \(good) \(folder("none"))", .unreadable),
    ] {
      #expect(throws: CheckpointError(code, ""), "\(line)") {
        var document = classifier(3)
        try document.edit("rows fc.** \(line)")
      }
    }
  }

  @Test func `of three speeds the first third stays`() throws {
    var document = classifier(6)
    try document.edit("rows fc.** unperturb")
    #expect(try values(document, "fc.bias") == [0, 10])
    #expect(throws: CheckpointError(.misfit, "")) { try document.edit("rows fc.** unperturb") }
  }

  @Test func `rows that are not there, tensors that do not fit and words that make no sense are refused`()
    throws
  {
    for (line, code) in [
      ("rows fc.** pick 4", CheckpointError.Code.misfit), ("rows ** pick 0", .misfit),
      ("rows x.** pick 0", .nothingMatched),
      ("rows fc.** pick 3-1", .wrongWords), ("rows fc.** pick -1", .wrongWords),
      ("rows fc.** pick", .wrongWords),
      ("rows fc.** labels a b init random", .wrongWords), ("rows fc.**", .wrongWords),
      ("rows fc.** pick 1,", .wrongWords),
    ] {
      #expect(throws: CheckpointError(code, ""), "\(line)") {
        var document = classifier(4)
        try document.edit(line)
      }
    }
  }

  @Test func `a cast before it is still checked for overflow`() throws {
    var document = classifier(3)
    fill(&document, "fc.bias", [1, 70000, 2])
    try document.edit("cast float16")
    try document.edit("rows fc.** pick 1")
    #expect(throws: CheckpointError(.overflow, "")) { try OutputPlan(document) }
    let plan = try OutputPlan(document, options: .init(allowsOverflow: true))
    #expect(plan.summary.casts.map(\.overflows).reduce(0, +) == 1)
  }

  @Test func `ties stay, and what was tied to a row from outside is named`() throws {
    var document = Sample.state([
      "fc.weight": .view("w", [3, 2]), "out.weight": .view("w", [3, 2]), "emb": .view("w", [6]),
    ]).document
    let report = try document.edit("rows re:(fc|out).* pick 2")
    #expect(document.tensor("fc.weight")?.storage == document.tensor("out.weight")?.storage)
    #expect(report[0].notes == ["`emb` shared memory with rows that changed and stays as it was"])
  }

  @Test func `hollow leaves form and ties, and zeros`() throws {
    var document = classifier(3)
    let before = try document.listing()
    try document.edit("hollow")
    #expect(try values(document, "fc.weight") == [0, 0, 0, 0, 0, 0])
    #expect(try document.listing().tensors.map(\.shape) == before.tensors.map(\.shape))
    #expect(throws: CheckpointError(.wrongWords, "")) { try document.edit("hollow fc") }
  }
}
