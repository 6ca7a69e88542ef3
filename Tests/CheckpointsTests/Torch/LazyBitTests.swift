// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// The last argument of `_rebuild_tensor_v2`, of which PyTorch looks at the names alone.
@Suite struct LazyBitTests {
  private func tensor(_ name: String, _ value: [UInt8]) throws -> TensorRecord {
    func text(_ text: String) -> [UInt8] { [0x58, UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8) }
    let storage =
      [0x28] + text("storage") + Array("ctorch\nComplexFloatStorage\n".utf8) + text("0") + text("cpu")
      + [0x4B, 2, 0x74, 0x51]
    let view: [UInt8] = [0x4B, 0, 0x4B, 2, 0x85, 0x4B, 1, 0x85, 0x89]
    let bits: [UInt8] = [0x7D] + text(name) + value + [0x73]
    let pickle =
      [0x80, 2] + Array("ctorch._utils\n_rebuild_tensor_v2\n(".utf8) + storage + view
      + Array("ccollections\nOrderedDict\n)R".utf8) + bits + Array("tR.".utf8)
    var decoder = TorchDecoder(try PickleMachine.run(pickle), at: .init()) { key throws(CheckpointError) in
      .init(name: key, bytes: .memory([UInt8](repeating: 0, count: 16)), byteCount: 16)
    }
    let document = try decoder.decode()
    guard case .tensor(let tensor) = document[document.root] else {
      throw CheckpointError(.corrupt, "no tensor")
    }
    return tensor
  }

  // NEWTRUE, NEWFALSE, BININT1 0, NONE.
  @Test(arguments: [[0x88], [0x89], [0x4B, 0], [0x4E]] as [[UInt8]])
  func `a bit that is named is set, whatever stands beside its name`(_ value: [UInt8]) throws {
    #expect(try tensor("conj", value).isConjugate)
    #expect(try tensor("neg", value).isNegative)
    #expect(try !tensor("conj", value).isNegative)
    #expect(try !tensor("other", value).isConjugate)
  }
}
