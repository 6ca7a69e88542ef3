// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// `cat`: the bytes are those that `ls --hash` digests.
@Suite struct TensorBytesTests {
  private func bytes(_ document: Document, _ keys: [Text]) throws -> [UInt8] {
    let tensors = try TensorBytes(document, keys: keys)
    var bytes: [UInt8] = []
    try tensors.forEachChunk { chunk in unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) } }
    #expect(bytes.count == tensors.report.bytes)
    return bytes
  }

  @Test(arguments: [
    "checkpoints/od_113.pt", "checkpoints/coo113.pt", "checkpoints/csr113.pt", "forms/big-endian.pt",
    "forms/big-endian-quantized.pt", "forms/quantized-torch2.pt", "forms/sparse-torch2.pt", "forms/nested.pt",
    "forms/subclass-torch2.pt", "forms/attributes.pt", "forms/complex.pt", "forms/meta.pt",
    "numpy/deflated.npz",
    "numpy/fortran.npy", "onnx/types.onnx", "dcp/parts", "safetensors/dtypes.safetensors",
  ])
  func `each tensor's bytes have the digest that is listed`(_ name: String) throws {
    let document = try Checkpoint.open(Fixtures.path(name))
    let listed = try document.listing(hashing: true).tensors
    #expect(!listed.isEmpty)
    for tensor in listed {
      let digest = SHA256.of(try bytes(document, [tensor.path])).hexadecimal
      #expect(digest == tensor.sha256, "\(tensor.path)")
    }
  }

  @Test func `several come one after the other, in the order of the keys and as often as they are named`()
    throws
  {
    let document = try Checkpoint.open(Fixtures.path("safetensors/small.safetensors"))
    let paths = try document.listing().tensors.map(\.path)
    let (first, last) = (try #require(paths.first), try #require(paths.last))
    let (a, b) = (try bytes(document, [first]), try bytes(document, [last]))
    #expect(a != b)
    #expect(try bytes(document, [last, first, last]) == b + a + b)
  }

  @Test func `what is no tensor, or is not there, is refused before a byte is read`() throws {
    let document = try Checkpoint.open(Fixtures.path("checkpoints/rdino-tiny-torch1.13.pth"))
    let known: Text = "teacher/module.backbone.fc.conv.weight"
    for (key, hint) in [
      ("teacher", "`resect ls FILE teacher` lists those in it"), ("epoch", "`resect show FILE epoch`"),
      (
        "teacher/module.backbone.fc.conv.weigth",
        "`resect cat FILE teacher/module.backbone.fc.conv.weight`"
      ),
    ] as [(Text, String)] {
      let error = #expect(throws: CheckpointError.self) { try TensorBytes(document, keys: [known, key]) }
      #expect(error?.code == .nothingMatched)
      #expect(error?.hint == hint)
      #expect(error?.location.key == key)
    }
  }
}
