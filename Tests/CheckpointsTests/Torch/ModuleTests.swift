// SPDX-License-Identifier: Apache-2.0
import Foundation
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// Whole modules and TorchScript archives, against what PyTorch's `state_dict()` said of them (fixtures/modules).
@Suite struct ModuleTests {
  @Test(arguments: ["1", "2"]) func `modules list under the keys of their state_dict()`(_ major: String)
    throws
  {
    let json = try JSONSerialization.jsonObject(
      with: Data(Fixtures.bytes("modules/expected-torch\(major).json")))
    let expected = try #require(json as? [String: [[Any]]])
    #expect(expected.count == 3)
    for (file, entries) in expected {
      let document = try Checkpoint.open(Fixtures.path("modules/" + file))
      let listing = try document.listing(hashing: true)
      let found = listing.tensors.filter { !$0.path.hasPrefix(".") }
      #expect(found.map(\.path.shown) == entries.map { $0[0] as? String }, "\(file)")
      #expect(found.map(\.dtype) == entries.map { $0[1] as? String }, "\(file)")
      #expect(found.map(\.shape) == entries.map { $0[2] as? [Int] }, "\(file)")
      #expect(found.map(\.sha256) == entries.map { $0[3] as? String }, "\(file)")
    }
  }

  @Test func `tensors that state_dict() leaves out stay reachable as attributes`() throws {
    let document = try Checkpoint.open(Fixtures.path("modules/module-torch2.pth"))
    let others = try document.listing().tensors.map(\.path).filter { $0.hasPrefix(".") }
    #expect(others.contains(".attribute"))
    #expect(others.contains(".passing"))
  }

  @Test func `a whole module is refused by name unless it is asked for`() throws {
    let document = try Checkpoint.open(Fixtures.path("modules/module-torch2.pth"))
    let error = #expect(throws: CheckpointError(.unknownGlobals, "")) { try OutputPlan(document) }
    #expect(error?.reason.contains("__main__.Net") == true)
    #expect(
      try OutputPlan(document, options: .init(keepsOpaque: true)).summary.opaque.contains("__main__.Net"))
  }
}
