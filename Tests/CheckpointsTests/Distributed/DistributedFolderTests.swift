// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// Folders that PyTorch wrote, against what its own `dcp_to_torch_save` makes of them.
@Suite struct DistributedFolderTests {
  private struct Expected: Decodable {
    struct Tensor: Decodable {
      var path: Text
      var dtype: String
      var shape: [Int]
      var sha256: String
    }
    var tensors: [Tensor]
    var values: [String: JSONValue]
  }

  private static let expected: [String: Expected] =
    (try? JSONDecoder().decode([String: Expected].self, from: Data(Fixtures.bytes("dcp/expected.json"))))
    ?? [:]

  @Test(arguments: ["nested", "parts"]) func `tensors and values are PyTorch's`(name: String) throws {
    let expected = try #require(Self.expected[name])
    let document = try Checkpoint.open(Fixtures.path("dcp/\(name)"))
    #expect(document.source?.format == .dcp)
    let listing = try document.listing(hashing: true)
    #expect(listing.tensors.map(\.path) == expected.tensors.map(\.path))
    #expect(listing.tensors.map(\.dtype) == expected.tensors.map(\.dtype))
    #expect(listing.tensors.map(\.shape) == expected.tensors.map(\.shape))
    #expect(listing.tensors.map(\.sha256) == expected.tensors.map(\.sha256))
    var values: [String: JSONValue] = [:]
    for value in listing.values { values[value.path.shown] = value.value }
    #expect(!expected.values.isEmpty)
    // JSON does not tell 3.0 from 3.
    for (path, value) in expected.values where value != values[path] {
      guard case .int(let whole) = value, case .double(Double(whole)) = values[path] else {
        Issue.record("\(path): \(String(describing: values[path])), not \(value)")
        continue
      }
    }
  }

  @Test func `the keys of an optimizer are integers again, and a note says so`() throws {
    let document = try Checkpoint.open(Fixtures.path("dcp/nested"))
    let state = try #require(document.node(at: ValuePath("optimizer/state")))
    guard case .mapping(let mapping) = document[state] else { throw CheckpointError(.corrupt, "") }
    let keys: [Int64] = mapping.entries.compactMap {
      if case .int(let key) = document[$0.key] { key } else { nil }
    }
    #expect(keys == [0, 1, 2, 3])
    #expect(
      document.source?.notes == [
        "the keys of `optimizer/state` are integers again, as `params` has them; the folder holds text"
      ])
    guard case .stateDict(let model) = document[try #require(document.node(at: ValuePath("model")))] else {
      throw CheckpointError(.corrupt, "")
    }
    #expect(model.entries.count == 7)
  }

  @Test func `all items of a file are one input`() throws {
    let document = try Checkpoint.open(Fixtures.path("dcp/parts"))
    let inputs = Set(document.storages.flatMap(\.bytes.inputs))
    #expect(inputs.count == 4)
    #expect(inputs.allSatisfy { $0.whole == nil })
  }

  private func copy(_ name: String, without missing: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let names = try Kernel.names(in: Fixtures.path("dcp/\(name)"))
    for file in names where file != missing {
      try File.write(Fixtures.bytes("dcp/\(name)/\(file)"), to: folder(file))
    }
    return folder
  }

  private func failure(_ path: String) -> CheckpointError? {
    do throws(CheckpointError) { _ = try Checkpoint.open(path) } catch { return error }
    return nil
  }

  @Test func `a file that is missing is named`() throws {
    let folder = try copy("parts", without: "__2_0.distcp")
    let error = try #require(failure(folder.path))
    #expect(error.code == .unreadable)
    #expect(error.location.file == folder("__2_0.distcp"))
    #expect(error.reason == "this file is missing")
  }

  @Test func `without .metadata it is said why`() throws {
    let folder = try copy("parts", without: ".metadata")
    #expect(failure(folder.path)?.code == .corrupt)
    try File.write([1], to: folder("__0.metadata"))
    #expect(failure(folder.path)?.code == .unsupported)
    #expect(failure(folder.path)?.reason.contains("each with its own `__0.metadata`") == true)
  }

  @Test func `a file that was cut short is noticed, wherever`() throws {
    let folder = try copy("parts", without: "")
    let bytes = try File.bytes(at: folder("__1_0.distcp"))
    for end in stride(from: 0, to: bytes.count, by: 3001) {
      try File.write(Array(bytes[..<end]), to: folder("__1_0.distcp"))
      let error = try #require(failure(folder.path))
      #expect(error.code == .corrupt)
      #expect(error.location.file == folder("__1_0.distcp"))
      #expect(error.location.key != nil)
    }
  }

  @Test func `damaged metadata is read or refused, and never worse`() throws {
    let bytes = try Fixtures.bytes("dcp/nested/.metadata")
    for end in stride(from: 0, to: bytes.count, by: 211) {
      #expect(throws: CheckpointError(.corrupt, "")) { try DistributedMetadata(Array(bytes[..<end])) }
    }
    for index in stride(from: 0, to: bytes.count, by: 61) {
      for flip: UInt8 in [0x01, 0x80, 0xFF] {
        var damaged = bytes
        damaged[index] ^= flip
        _ = try? DistributedMetadata(damaged)
      }
    }
    let folder = try copy("parts", without: "")
    let whole = try File.bytes(at: folder(".metadata"))
    for index in stride(from: 0, to: whole.count, by: max(1, whole.count / 40)) {
      var damaged = whole
      damaged[index] ^= 0x04
      try File.write(damaged, to: folder(".metadata"))
      if let document = try? Checkpoint.open(folder.path) { _ = try? document.listing(hashing: true) }
    }
  }
}
