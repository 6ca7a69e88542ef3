// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct RestoringEntryTests {
  /// A file of the tensor `a`, two floats, with an entry.
  private func file(_ entry: String) -> [UInt8] {
    HeaderTests.file("{\"__metadata__\":{\"resect\":\(entry.jsonQuoted)},\(HeaderTests.tensor)}", data: 8)
  }

  private func entry(_ nodes: String, root: String = "[0]") -> String {
    let names = RestoringEntry.digest(ofSorted: ["a"])
    return "{\"version\":1,\"names\":\"\(names)\",\"root\":\(root),\"nodes\":[\(nodes)]}"
  }

  @Test(arguments: [
    #"["list",[1]],0"#, #"["dict",null,1,2,"x",[1]],["tensor",0,"pg"]"#,
    #"["state_dict","dict","",null,null,0]"#, #"["tuple",[1],[2]],0,["view",0,"uint8",[2,2],[4,1],1,""]"#,
  ]) func `entries of the right form are read`(nodes: String) throws {
    _ = try HeaderTests.open(file(entry(nodes))).listing(hashing: true)
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"version":2}"#,
  ]) func `texts that are no entry are refused`(text: String) throws {
    let error = #expect(throws: CheckpointError(.corrupt, "")) { try HeaderTests.open(file(text)) }
    #expect(error?.reason.hasPrefix("the entry `resect` of `__metadata__` is broken: ") == true)
  }

  @Test(arguments: [
    (#"["list"]"#, "it has no place for the tensor `a`"),
    (#"["list",[1],[7]],0"#, "node 0: a reference leads to no node"),
    (#"["list",[-1]]"#, "node 0: a reference leads to no node"),
    (#"["list",[1]],1"#, "node 1: there is no tensor 1"),
    (#"["list",{}]"#, "node 0: an object stands where a value belongs"),
    (#"["queue"]"#, "node 0: `queue` with 0 parts is nothing that is known"),
    (#"["dict",null,1]"#, "node 0: a key has no value"),
    (#"["dict",null,1,2,1,2]"#, "node 0: a key stands twice"),
    (#"["state_dict","dict","",null,null,0,["a",1]]"#, "node 0: the key `a` stands twice"),
    (#"["state_dict","dict","b/",null,null,0]"#, "node 0: `a` does not begin with `b/`"),
    (#"["list",[1]],["view",0,"float32",[3],[1],0,""]"#, "node 1: a view reaches past the tensor `a`"),
    (
      #"["list",[1]],["view",0,"float32",[1],[1],9223372036854775807,""]"#,
      "node 1: a view reaches past the tensor `a`"
    ),
    (
      #"["list",[1]],["view",0,"float32",[4294967296,4294967296],[0,0],0,""]"#,
      "node 1: a view has more bytes than 63 bits count"
    ),
    (#"["list",[1]],["tensor",0,"x"]"#, "node 1: `x` are no flags of a tensor"),
    (#"["float","00"]"#, "node 0: `float` with 1 parts is nothing that is known"),
    (
      #"["numpy","numpy.core.multiarray","f8",[2],false,false,"00"]"#,
      "node 0: a numpy value's shape and bytes do not agree"
    ),
  ]) func `entries that lie are refused`(nodes: String, reason: String) throws {
    let error = #expect(throws: CheckpointError(.corrupt, "")) { try HeaderTests.open(file(entry(nodes))) }
    #expect(error?.reason == "the entry `resect` of `__metadata__` is broken: " + reason)
  }

  @Test func `an entry of other tensors is kept as it is, and the file reads without it`() throws {
    let other = RestoringEntry.digest(ofSorted: ["b"])
    let text = "{\"version\":1,\"names\":\"\(other)\",\"root\":null,\"nodes\":[]}"
    let document = try HeaderTests.open(file(text))
    let listing = try document.listing()
    #expect(listing.tensors.map(\.path) == ["a"])
    #expect(listing.values.map(\.path) == [".__metadata__/resect"])
  }

  @Test func `no changed byte of a restored file crashes`() throws {
    let folder = try TemporaryFolder()
    let document = try Checkpoint.open(Fixtures.path("checkpoints/x_sgd_215.pt"))
    try OutputPlan(document, as: .safetensors).write(to: folder("a.safetensors"))
    let whole = try File.bytes(at: folder("a.safetensors"))
    var refused = 0
    for index in 0..<whole.count - 16 {
      for bit in [0, 4] {
        var changed = whole
        changed[index] ^= 1 << bit
        do {
          let read = try HeaderTests.open(changed)
          _ = try read.listing(hashing: true)
          _ = try OutputPlan(read, options: .init(keepsOpaque: true))
        } catch let error as CheckpointError {
          #expect([3, 4].contains(error.code.exitCode), "byte \(index), bit \(bit): \(error)")
          refused += 1
        }
      }
    }
    #expect(refused > 200)
  }

  @Test func `expanded tensors that claim more than a file holds are refused`() throws {
    var document = Document()
    let storage = document.add(Storage(name: "a", byteCount: 4, bytes: .memory([0, 0, 0, 0])))
    let huge = TensorRecord(dtype: .float32, shape: [1 << 60], strides: [0], storage: storage)
    let other = document.add(Storage(name: "b", byteCount: 4, bytes: .memory([0, 0, 0, 0])))
    var second = huge
    second.storage = other
    let entries = [huge, second].map { document.add(.tensor($0)) }
    document.root = document.add(
      .stateDict(StateDict(kind: .dict, entries: ["a": entries[0], "b": entries[1]])))
    #expect(throws: CheckpointError(.limit, "")) { try OutputPlan(document, as: .safetensors) }
  }
}
