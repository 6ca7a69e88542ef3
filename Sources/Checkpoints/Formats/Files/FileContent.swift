// SPDX-License-Identifier: Apache-2.0

/// What a file is, told here by its content for all who ask: opening, verifying and scanning.
enum FileContent {
  /// A checkpoint by itself.
  case form(any FileForm.Type)
  /// An index, whose shards lie beside it.
  case index
  /// It begins as several forms do, so that readers would not agree on what it holds.
  case several([any FileForm.Type])
  /// None of these; its first bytes.
  case foreign([UInt8])

  /// Every form that a file may have by itself.
  static let forms: [any FileForm.Type] = [
    ZipForm.self, NPYFile.self, TorchLegacy.self, SafetensorsFile.self, TorchTar.self, ONNXFile.self,
  ]

  /// - Parameters:
  ///   - mayBeIndex: false for a file that was not named by itself: a shard, a member of a folder.
  ///   - forms: what it may be.
  init(
    of file: InputFile, mayBeIndex: Bool = true, among forms: [any FileForm.Type] = FileContent.forms
  ) throws(CheckpointError) {
    if mayBeIndex, try ShardIndex.begins(file) {
      self = .index
      return
    }
    let start = try file.read(0..<min(file.size, 512))
    let found = forms.filter { $0.begins(start) }
    self = found.count > 1 ? .several(found) : found.first.map(Self.form) ?? .foreign(start)
  }

  /// Whether libzip can have an opinion of it.
  var isZip: Bool {
    if case .form(let form) = self { form is ZipForm.Type } else { false }
  }

  static func error(_ forms: [any FileForm.Type]) -> CheckpointError {
    CheckpointError(
      .corrupt,
      "it begins as \(forms.map { $0.words }.joined(separator: " and as ")): readers would not agree on what it holds",
      at: .init(byte: 0))
  }
}
