// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

struct ExtensionCodeTests {
  /// `[copyreg extension 16909060]`: the code once stood for a node of its number, which is not there.
  @Test func `an extension code is a part of its own, however large`() throws {
    let graph = try PickleMachine.run([0x80, 2, 0x5D, 0x84, 4, 3, 2, 1, 0x61, 0x2E])
    var decoder = TorchDecoder(graph, at: .init()) { key throws(CheckpointError) in
      throw CheckpointError(.corrupt, "there is no storage \(key)")
    }
    let listing = try decoder.decode().listing()
    #expect(listing.values.map(\.path) == ["0", "0/.id"])
    #expect(listing.values.last?.value == .int(16_909_060))
  }
}
