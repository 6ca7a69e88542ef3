// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// `ls --places`: whatever reads a file's bytes at the place that is listed has the tensor's elements.
@Suite struct PlaceTests {
  private func places(_ path: String) throws -> [Listing.Tensor] {
    try Checkpoint.open(path).listing(hashing: true, placing: true).tensors
  }

  /// The bytes at each place have the digest that was taken through the format; gives how many were placed.
  private func check(_ path: String) throws -> (placed: Int, all: Int) {
    let tensors = try places(path)
    var placed = 0
    for tensor in tensors {
      let place = try #require(tensor.place, "\(path): \(tensor.path) says nothing")
      guard let run = place.run else { continue }
      placed += 1
      #expect(run.bytes == tensor.bytes)
      let bytes = try File.bytes(at: run.file)[run.offset..<run.offset + run.bytes]
      #expect(SHA256.of(Array(bytes)).hexadecimal == tensor.sha256, "\(path): \(tensor.path)")
    }
    return (placed, tensors.count)
  }

  @Test(arguments: [
    "checkpoints/rdino-tiny-torch1.13.pth", "checkpoints/od_215.pt", "checkpoints/od_legacy_113.pt",
    "checkpoints/al4096_215.pt", "safetensors/small.safetensors", "safetensors/dtypes.safetensors",
    "numpy/f4.npy",
    "numpy/stored.npz", "dcp/nested", "onnx/external.onnx", "forms/ancient.tar",
  ])
  func `bytes at a place are the elements`(_ name: String) throws {
    let (placed, all) = try check(Fixtures.path(name))
    #expect(placed > 0, "\(placed) of \(all)")
  }

  @Test(arguments: [
    "numpy/deflated.npz", "numpy/big-endian.npy", "numpy/fortran.npy", "numpy/empty.npy",
    "forms/big-endian.pt",
  ])
  func `what is packed, big-endian, in another order or nothing has no place`(_ name: String) throws {
    let tensors = try places(Fixtures.path(name))
    #expect(!tensors.isEmpty)
    for tensor in tensors where tensor.strides == [] || tensor.bytes > 1 {
      // A byte has no order.
      if try #require(DType(rawValue: tensor.dtype)).itemSize == 1 { continue }
      #expect(tensor.place?.run == nil, "\(tensor.path)")
    }
  }

  @Test func `a tensor in several chunks has no place, in one chunk it has`() throws {
    let tensors = try places(Fixtures.path("dcp/parts"))
    let (placed, all) = try check(Fixtures.path("dcp/parts"))
    #expect(placed < all)
    #expect(tensors.contains { $0.place?.run == nil })
  }

  @Test func `shards are named, each with its own offsets`() throws {
    let folder = try TemporaryFolder()
    let document = try Checkpoint.open(Fixtures.path("safetensors/small.safetensors"))
    var options = OutputPlan.Options()
    options.shardSize = 1
    try OutputPlan(document, as: .safetensors, options: options).write(to: folder("shards"))
    let placed = try check(folder("shards")).placed
    let tensors = try places(folder("shards"))
    #expect(placed == tensors.count { $0.bytes > 0 })
    let files = Set(tensors.compactMap { $0.place?.run?.file })
    #expect(files.count == placed)
    #expect(files.allSatisfy { $0.hasPrefix(folder("shards") + "/") })
  }

  @Test func `parts of a quantized tensor have places, the tensor has none`() throws {
    let tensors = try places(Fixtures.path("forms/quantized-torch2.pt"))
    let composite = try #require(tensors.first { $0.parts != nil })
    #expect(composite.place == ListedPlace())
    let run = try #require(composite.parts?.compactMap { $0.place?.run }.first)
    let bytes = try File.bytes(at: run.file)[run.offset..<run.offset + run.bytes]
    let digest = composite.parts?.first { $0.place?.run == run }?.sha256
    #expect(SHA256.of(Array(bytes)).hexadecimal == digest)
  }

  @Test func `places are not listed unless they are asked for, and JSON says null where there is none`()
    throws
  {
    let document = try Checkpoint.open(Fixtures.path("numpy/deflated.npz"))
    #expect(try !JSONText.of(document.listing()).contains("\"place\""))
    #expect(try JSONText.of(document.listing(placing: true)).contains("\"place\":null"))
  }
}
