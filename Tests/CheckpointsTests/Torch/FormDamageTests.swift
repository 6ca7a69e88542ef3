// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Cut files and flipped bytes in every form of fixtures/forms, opened and listed: an error or a listing, no crash.
@Suite struct FormDamageTests {
  private func read(_ bytes: [UInt8], _ path: String) throws {
    try File.write(bytes, to: path)
    do throws(CheckpointError) {
      let document = try Checkpoint.open(path)
      _ = try document.listing()
      _ = try OutputPlan(document, options: .init(keepsOpaque: true, allowsOverflow: true))
    } catch {
      let codes: [CheckpointError.Code] = [.corrupt, .unsupported, .limit, .unrepresentable]
      #expect(codes.contains(error.code), "\(error)")
    }
  }

  @Test(arguments: FormTests.files) func `no cut and no flipped byte crashes`(name: String) throws {
    let folder = try TemporaryFolder()
    let bytes = try Fixtures.bytes("forms/" + name)
    for end in stride(from: 0, to: bytes.count, by: bytes.count / 25) {
      try read(Array(bytes[..<end]), folder("cut"))
    }
    // Some 120 places a file; the fuzzers take the others.
    for index in stride(from: name.utf8.count, to: bytes.count, by: bytes.count / 120) {
      var damaged = bytes
      damaged[index] ^= [0x01, 0x80, 0xFF, 0x10][index % 4]
      try read(damaged, folder("damaged"))
    }
  }
}
