// SPDX-License-Identifier: Apache-2.0

/// `shape PATTERN 4x3`: the shape of all that the pattern selects. `*` stands for any size, `scalar` for no dimension.
struct ShapeRule: PolicyRule {
  static let word = "shape"
  static let usage = "PATTERN 4x3"
  private let pattern: Text
  /// Nil for any size.
  private let shape: [Int?]
  private let text: String

  init?(_ words: [String], folder: String) throws(CheckpointError) {
    guard words.count == 2, let shape = Self.shape(words[1]) else { return nil }
    pattern = Text(words[0])
    text = words[1]
    self.shape = shape
    _ = try PathFilter([pattern])
  }

  private static func shape(_ word: String) -> [Int?]? {
    if word == "scalar" { return [] }
    var shape: [Int?] = []
    for part in word.split(separator: "x", omittingEmptySubsequences: false) {
      if part == "*" {
        shape.append(nil)
      } else {
        guard let size = Int(part), size >= 0, String(size) == part else { return nil }
        shape.append(size)
      }
    }
    return shape
  }

  func findings(
    in subject: PolicySubject, _ onBytes: (Int) -> Void
  ) throws(CheckpointError) -> [String] {
    try subject.findings([pattern]) { tensor in
      let fits =
        tensor.shape.count == shape.count && zip(tensor.shape, shape).allSatisfy { $1 == nil || $0 == $1 }
      return fits ? nil : "is \(TensorRecord.text(of: tensor.shape)), not \(text)"
    }
  }
}
