// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Files that end too early: what is said to be whole is, what is lost is listed, and as many bytes are missing as are said
/// to be.
@Suite struct CutFileTests {
  @Test(arguments: [
    "rdino-tiny-torch1.13.pth", "sdpn-tiny-torch1.13.pth",
  ])
  func `cut at every 4 KiB`(_ name: String) throws {
    let original = try Damaged(fixture: "checkpoints/" + name)
    var most = 0
    // Half a second each in a debug build: the usual tests take every sixth.
    for end in stride(from: 0, to: original.bytes.count, by: Soak.isOn ? 4096 : 6 * 4096) {
      let cut = Array(original.bytes[..<end])
      guard let damage = try original.salvage(cut, "\(end) bytes")?.damage else {
        #expect(try original.missing(cut) <= original.bytes.count - end, "\(end) bytes")
        continue
      }
      // Once the pickle is whole, PyTorch's layout follows from it.
      #expect(damage.missingBytes == original.bytes.count - end, "\(end) bytes")
      #expect(damage.survivors.count >= most, "\(end) bytes")
      most = damage.survivors.count
    }
    #expect(most > 0)
  }

  static let small = [
    "checkpoints/od_113.pt", "checkpoints/od_215.pt", "checkpoints/al1_215.pt", "checkpoints/al4096_215.pt",
    "checkpoints/nocrc_215.pt", "checkpoints/ord113.pt", "checkpoints/ord215.pt", "checkpoints/zero_215.pt",
    "checkpoints/x_adam_113.pt", "checkpoints/x_adamw_215.pt", "checkpoints/od_legacy_113.pt",
    "checkpoints/od_legacy_215.pt", "safetensors/dtypes.safetensors", "safetensors/small.safetensors",
    "numpy/stored.npz", "numpy/deflated.npz", "forms/big-endian.pt", "forms/sparse-torch2.pt",
    "forms/quantized-torch2.pt", "forms/tied-parts.pt", "forms/attributes.pt",
  ]

  @Test(arguments: small) func `cut anywhere`(_ name: String) throws {
    let original = try Damaged(fixture: name)
    let size = original.bytes.count
    for end in Array(stride(from: 0, to: size, by: max(1, size / 100))) + Array(max(0, size - 30)..<size) {
      let cut = Array(original.bytes[..<end])
      try original.salvage(cut, "\(end) bytes")
      #expect(try original.missing(cut) <= original.bytes.count - end, "\(end) bytes")
    }
  }

  @Test(arguments: [
    "checkpoints/od_113.pt", "checkpoints/od_215.pt", "checkpoints/al4096_215.pt", "checkpoints/ord215.pt",
    "checkpoints/zero_215.pt", "checkpoints/od_legacy_113.pt", "safetensors/dtypes.safetensors",
    "numpy/stored.npz",
  ])
  func `one byte is missing where one is`(_ name: String) throws {
    let original = try Damaged(fixture: name)
    #expect(try original.missing(original.bytes.dropLast()) == 1)
  }

  @Test func `a tensor in the part of a storage that is there is whole`() throws {
    let original = try Damaged(fixture: "checkpoints/od_legacy_113.pt")
    // A file of the legacy form ends with its last storage.
    let report = try #require(try original.salvage(original.bytes.dropLast(), "one byte"))
    let damage = try #require(report.damage)
    #expect(damage.lost.count == 1)
    #expect(damage.lost.first?.missing == 1)
    #expect(damage.lost.first?.reason == "the file ends inside its storage")
  }
}
