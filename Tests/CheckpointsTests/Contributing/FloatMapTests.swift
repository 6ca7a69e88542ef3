// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// The format of `docs/contributing.md`.
struct FloatMapTests {
  private static let forms = FileContent.forms + [FloatMap.self]
  private static let floats: [Float] = [1, -2, 0.5, 3, 4, 5]

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func map(_ head: String, isBig: Bool = false) -> [UInt8] {
    Array(head.utf8)
      + Self.floats.flatMap { number in
        (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * (isBig ? 3 - $0 : $0))) }
      }
  }

  private func open(_ bytes: [UInt8]) throws -> Document {
    try File.write(bytes, to: folder("a.pfm"))
    let file = try InputFile(path: folder("a.pfm"))
    return try Checkpoint.open(file, as: FileContent(of: file, among: Self.forms))
  }

  @Test(arguments: [false, true]) func `its floats are read in either byte order`(isBig: Bool) throws {
    let document = try open(map("Pf\n3 2\n\(isBig ? "1.0" : "-1.0")\n", isBig: isBig))
    let tensor = try #require(document.tensor(""))
    #expect(tensor.dtype == .float32 && tensor.shape == [2, 3])
    let bytes = document[tensor.storage].bytes
    #expect(try bytes.read(0..<bytes.byteCount) == map(""))
  }

  @Test(arguments: ["Pf\n3 2\n-1.0", "Pf\n3\n-1.0\n", "Pf\n3 3\n-1.0\n", "Pf\n3 2\n0\n", "Pf\n0 2\n-1.0\n"])
  func `a header that does not say what follows is refused`(head: String) {
    let error = #expect(throws: CheckpointError(.corrupt, "")) { try open(map(head)) }
    #expect(error?.location.byte != nil)
  }

  @Test func `the forms that are known do not know it`() throws {
    try File.write(map("Pf\n3 2\n-1.0\n"), to: folder("a.pfm"))
    #expect(throws: CheckpointError(.unsupported, "")) { try Checkpoint.open(folder("a.pfm")) }
  }
}
