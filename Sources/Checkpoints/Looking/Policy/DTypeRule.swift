// SPDX-License-Identifier: Apache-2.0

/// `dtype PATTERN TYPE...`: the data type of all that the pattern selects is one of these.
struct DTypeRule: PolicyRule {
  static let word = "dtype"
  static let usage = "PATTERN TYPE..."
  private let pattern: Text
  private let types: [String]

  init?(_ words: [String], folder: String) throws(CheckpointError) {
    guard words.count >= 2 else { return nil }
    pattern = Text(words[0])
    types = Array(words.dropFirst())
    _ = try PathFilter([pattern])
    if let unknown = types.first(where: { DType(Text($0)) == nil }) {
      throw CheckpointError(
        .wrongWords, "`\(unknown)` is no data type",
        hint: "PyTorch's name without `torch.`: `float32`, `bfloat16`")
    }
  }

  func findings(
    in subject: PolicySubject, _ onBytes: (Int) -> Void
  ) throws(CheckpointError) -> [String] {
    try subject.findings([pattern]) { tensor in
      types.contains { DType(Text($0))?.rawValue == tensor.dtype }
        ? nil : "is \(tensor.dtype), not \(types.joined(separator: " or "))"
    }
  }
}
