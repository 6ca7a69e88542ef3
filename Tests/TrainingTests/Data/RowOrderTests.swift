// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

struct RowOrderTests {
  static func file(_ text: String) throws -> OrderFile {
    try Fixtures.withFolder { folder throws in
      try File.write(Array(text.utf8), to: folder + "/order")
      return try OrderFile(folder + "/order")
    }
  }

  static func batches(_ order: RowOrder, epoch: Int, steps: Int? = nil) throws -> [[Int]] {
    try EpochPlan(order, items: 8, batchSize: 3, seed: 5, epoch: epoch, steps: steps).batches
  }

  @Test func `rows as they are listed, in every epoch, or shuffled as ever`() throws {
    #expect(try Self.batches(.listed, epoch: 1) == [[0, 1, 2], [3, 4, 5]])
    #expect(try Self.batches(.listed, epoch: 2) == [[0, 1, 2], [3, 4, 5]])
    let shuffled = try EpochPlan(items: 8, batchSize: 3, seed: 5, epoch: 2).batches
    #expect(try Self.batches(.shuffled, epoch: 2) == shuffled)
    #expect(try Self.batches(.shuffled, epoch: 2, steps: 1) == [shuffled[0]])
    #expect(try Self.batches(.shuffled, epoch: 2, steps: 9) == shuffled)
    #expect(try RowOrder(word: "csv") == .listed)
    #expect(try RowOrder(word: "shuffled") == .shuffled)
  }

  @Test func `a recorded order by epoch`() throws {
    let order = RowOrder.recorded(
      try Self.file(" [[1, [5, 4, 2, 6, 7, 3, 1, 0]],\n [2, [0, 4, 7, 2, 6, 5, 1, 3]]]\n"))
    #expect(try Self.batches(order, epoch: 1) == [[5, 4, 2], [6, 7, 3]])
    #expect(try Self.batches(order, epoch: 2, steps: 1) == [[0, 4, 7]])
    let error = #expect(throws: CheckpointError.self) { try Self.batches(order, epoch: 3) }
    #expect(error?.code == .contradiction)
    #expect(error?.reason == "there is no order for epoch 3; the file has 1, 2")
  }

  @Test func `plain indices are every epoch's order, and rows may repeat`() throws {
    let order = RowOrder.recorded(try Self.file("7 0\n0\t3 2\r\n1"))
    for epoch in 0...2 { #expect(try Self.batches(order, epoch: epoch) == [[7, 0, 0], [3, 2, 1]]) }
  }

  @Test(
    arguments: [
      ("", "empty-result", nil), (" \n", "empty-result", nil), ("0 1\n2 x", "corrupt", "line 2"),
      ("0 -1", "corrupt", "line 1"), ("[[1, [0]], [2, 3]]", "corrupt", "entry 2"),
      ("[[1, [0]], [2, [\"a\"]]]", "corrupt", "entry 2"), ("[[1, [0.5]]]", "corrupt", "entry 1"),
      ("[[1, [0], 2]]", "corrupt", "entry 1"),
      ("[[1]]", "corrupt", "entry 1"), ("[[1, [0]]", "corrupt", nil),
      ("[[1, [0]], [1, [2]]]", "collision", "entry 2"),
    ] as [(String, String, Text?)])
  func `what is no order file says where`(text: String, code: String, place: Text?) {
    let error = #expect(throws: CheckpointError.self) { try Self.file(text) }
    #expect(error?.code.word == code)
    #expect(error?.location.member == place)
    #expect(error?.location.file?.hasSuffix("/order") == true)
  }

  @Test func `rows that the data do not have, or too few for a batch, are refused`() throws {
    let stray = #expect(throws: CheckpointError.self) {
      try Self.batches(.recorded(try Self.file("0 1 8")), epoch: 0)
    }
    #expect(stray?.reason == "row 8 of epoch 0 is not among the data's rows 0 to 7")
    #expect(throws: CheckpointError(.contradiction, "")) {
      try Self.batches(.recorded(try Self.file("0 1")), epoch: 0)
    }
    #expect(throws: CheckpointError(.unreadable, "")) { try RowOrder(word: "/no/such/order") }
  }
}
