// SPDX-License-Identifier: Apache-2.0

/// `size < 100MB`: the bytes of the file, of a folder those of all files below it, of an index or model with those of the
/// files that its tensors lie in.
struct SizeRule: PolicyRule {
  static let word = "size"
  static let usage = "< 100MB"
  private let relation: String
  private let bytes: Int
  private let text: String

  init?(_ words: [String], folder: String) throws(CheckpointError) {
    guard words.count == 2, ["<", "<=", ">", ">="].contains(words[0]), let size = ShardSize(words[1]) else {
      return nil
    }
    relation = words[0]
    bytes = size.bytes
    text = words.joined(separator: " ")
  }

  func findings(
    in subject: PolicySubject, _ onBytes: (Int) -> Void
  ) throws(CheckpointError) -> [String] {
    let size = try Self.size(subject)
    let holds =
      switch relation {
      case "<": size < bytes
      case "<=": size <= bytes
      case ">": size > bytes
      default: size >= bytes
      }
    return holds ? [] : ["it has \(size) bytes, and is to have \(text)"]
  }

  private static func size(_ subject: PolicySubject) throws(CheckpointError) -> Int {
    guard !InputFolder.isNamed(by: subject.path) else {
      var sum = 0
      for member in FolderFiles(below: subject.path).members {
        if let error = member.error { throw error }
        sum += try InputFile(path: member.path, followingLinks: false).size
      }
      return sum
    }
    let own = try InputFile(path: subject.path)
    return InputFile.files(of: [own] + subject.document.storages.flatMap(\.bytes.inputs))
      .reduce(0) { $0 + $1.size }
  }
}
