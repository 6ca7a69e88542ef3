// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// A document cut with `--keep-removed`: the files, and what comes back of them.
struct RestoringTrip {
  let folder: TemporaryFolder
  let original: Document
  let surgery: Surgery
  var result: String { folder("result.pth") }
  var patch: String { folder("patch.pth") }

  private static let options = OutputPlan.Options(keepsOpaque: true, allowsOverflow: true)

  init(_ original: Document, _ recipe: [String]) throws {
    folder = try TemporaryFolder()
    self.original = original
    var surgery = try Surgery(editing: original, .lines(recipe), options: Self.options)
    try surgery.keepRemoved()
    try surgery.write(to: folder("result.pth"), patch: folder("patch.pth"))
    self.surgery = surgery
  }

  /// What `edit RESULT PASS... --restore PATCH` plans.
  func restored(
    _ passes: [String] = [], from result: String? = nil, patch: String? = nil, ontoChanged: Bool = false
  ) throws -> Surgery {
    let restoring = Restoring(
      try RemovalPatch(Checkpoint.open(patch ?? self.patch)), ontoChanged: ontoChanged)
    return try Surgery(
      editing: Checkpoint.open(result ?? self.result), .lines(passes), restoring: restoring,
      options: Self.options)
  }

  /// Whether the file that comes back is, byte for byte, what writing the original anew gives.
  func checkSame(_ comment: Comment) throws {
    var back = try restored()
    try back.write(to: folder("back.pth"))
    try OutputPlan(original, options: Self.options).write(to: folder("copy.pth"))
    #expect(try File.bytes(at: folder("back.pth")) == File.bytes(at: folder("copy.pth")), comment)
    let difference = try Checkpoint.open(folder("back.pth")).compared(with: original)
    #expect(difference.equal, comment)
  }
}

extension Recipe {
  /// Passes as a command has them; none is fine.
  static func lines(_ lines: [String]) throws(CheckpointError) -> Self {
    lines.isEmpty ? Self([]) : try Self(arguments: lines)
  }
}

/// Draws that are the same in every run.
struct Lottery: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
