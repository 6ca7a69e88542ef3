// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

struct CompositeDiffTests {
  /// A sparse tensor of two elements: two by two, float32.
  private func sparse() throws -> Document { try Checkpoint.open(Fixtures.path("checkpoints/coo113.pt")) }

  /// The same with one byte of its values changed.
  private func changed() throws -> Document {
    var document = try sparse()
    let values = try #require(
      document.storages.indices.first { document.storages[$0].byteCount == 8 }.map { StorageID($0) })
    var bytes = try document[values].bytes.read(0..<8)
    bytes[2] ^= 1
    document[values].bytes = .memory(bytes)
    return document
  }

  @Test func `a sparse tensor equals itself`() throws {
    let report = try sparse().compared(with: sparse())
    #expect(report.equal)
  }

  @Test func `one byte of a sparse tensor's values is a difference, in its part`() throws {
    let report = try sparse().compared(with: changed())
    #expect(!report.equal)
    #expect(report.changed.map(\.path) == ["values"])
  }

  @Test func `a sparse tensor is none of a dense one`() throws {
    var dense = try sparse()
    let node = try #require(
      dense.nodes.indices.first { if case .tensor = dense.nodes[$0] { true } else { false } })
    dense.root = NodeID(node)
    #expect(try !sparse().compared(with: dense).equal)
  }

  @Test func `a merge of sparse tensors is refused`() throws {
    #expect(throws: CheckpointError(.unrepresentable, "")) {
      try Merge([sparse(), sparse()], .average(weights: nil))
    }
  }
}
