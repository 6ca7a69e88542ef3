// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

@Suite struct LoadingTableTests {
  private func refusal(_ table: LoadingTable) throws -> CheckpointError {
    try #require(throws: CheckpointError.self) { try table.check() }
  }

  @Test func `a whole backbone is loaded, tensor by tensor`() throws {
    let tiny = try TinyBackbone()
    let table = try tiny.table(tiny.write())
    try table.check()
    #expect(table.isComplete)
    #expect(table.count(.loaded) == table.rows.count)
  }

  @Test func `a tensor that is not there must be named by --fresh`() throws {
    let tiny = try TinyBackbone()
    let path = try tiny.write { $0.removeAll { $0.key == "asp.conv.conv.bias" } }
    let error = try refusal(tiny.table(path))
    #expect(error.code == .misfit)
    #expect(error.reason == "`asp.conv.conv.bias` is not in the file")
    #expect(error.hint == "`--fresh asp.conv.conv.bias` to begin them anew")
    let fresh = try tiny.table(path, .init(fresh: ["asp.conv.*.bias"]))
    try fresh.check()
    #expect(fresh.keys(.fresh) == ["asp.conv.conv.bias"])
  }

  @Test func `another shape and another kind of number are misshapen`() throws {
    let tiny = try TinyBackbone()
    let path = try tiny.write { entries in
      for index in entries.indices {
        let entry = entries[index]
        if entry.key == "blocks.0.norm.norm.weight" {
          entries[index] = StateEntry(
            key: entry.key, shape: [3], value: .floats([1, 2, 3]), isParameter: true)
        }
        if entry.key == "mfa.norm.norm.num_batches_tracked" {
          entries[index] = StateEntry(key: entry.key, shape: [], value: .floats([1]), isParameter: false)
        }
      }
    }
    let error = try refusal(tiny.table(path))
    #expect(
      error.reason
        == "`blocks.0.norm.norm.weight` is 3, the network needs 8, `mfa.norm.norm.num_batches_tracked` holds float32"
    )
    let rules = LoadingTable.Rules(fresh: ["blocks.0.norm.**", "mfa.norm.**"])
    try tiny.table(path, rules).check()
  }

  @Test func `a tensor without a place must be named by --ignore`() throws {
    let tiny = try TinyBackbone()
    let path = try tiny.write {
      $0.append(StateEntry(key: "fc.scale", shape: [1], value: .floats([1]), isParameter: true))
    }
    let error = try refusal(tiny.table(path))
    #expect(error.reason == "the network has no place for `fc.scale`")
    #expect(error.hint == "`--ignore fc.scale` to do without them")
    let table = try tiny.table(path, .init(ignore: ["fc.scale"]))
    try table.check()
    #expect(table.keys(.ignored) == ["fc.scale"])
  }

  @Test func `what --load leaves out must be named by --fresh`() throws {
    let tiny = try TinyBackbone()
    let path = try tiny.write()
    let error = try refusal(tiny.table(path, .init(load: ["re:(?!fc\\.).*"])))
    #expect(error.reason == "no `--load` names `fc.conv.weight` and `fc.conv.bias`")
    #expect(error.hint == "`--fresh 'fc.conv.**'` to begin them anew")
    try tiny.table(path, .init(load: ["re:(?!fc\\.).*"], fresh: ["fc.**"])).check()
  }

  @Test func `a pattern that selects nothing is refused with the nearest key`() throws {
    let tiny = try TinyBackbone()
    let path = try tiny.write()
    let error = try #require(throws: CheckpointError.self) {
      try tiny.table(path, .init(fresh: ["fc.conv.wieght"]))
    }
    #expect(error.code == .nothingMatched)
    #expect(error.hint == "`--fresh fc.conv.weight`")
    #expect(throws: CheckpointError(.nothingMatched, "")) { try tiny.table(path, .init(load: ["head.**"])) }
    #expect(throws: CheckpointError(.nothingMatched, "")) { try tiny.table(path, .init(ignore: ["fc.**"])) }
  }

  @Test func `NaN in a backbone is refused by key`() throws {
    let tiny = try TinyBackbone()
    let path = try tiny.write { entries in
      guard let index = entries.firstIndex(where: { $0.key == "fc.conv.bias" }) else { return }
      entries[index] = StateEntry(
        key: "fc.conv.bias", shape: [6], value: .floats([0, 0, .nan, 0, 0, 0]), isParameter: true)
    }
    let error = try #require(throws: CheckpointError.self) { try BackboneFile(path).network(front: .mel) }
    #expect(error.location.key == "fc.conv.bias")
  }
}
