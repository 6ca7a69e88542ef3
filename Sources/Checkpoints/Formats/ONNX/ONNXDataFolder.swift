// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The files beside a model that elements of its tensors lie in, each opened once. A model names its own folder alone, and
/// links in it are not followed.
struct ONNXDataFolder {
  /// The model's.
  private let model: InputFile
  private let folder: String
  /// By location, in the order in which the model names them.
  private(set) var files: OrderedDictionary<Text, InputFile> = [:]
  /// Which bytes of each are tensors'.
  private(set) var ranges: [Text: [Range<Int>]] = [:]

  /// More files than this are not kept open.
  private static let mostFiles = 1 << 16

  init(of model: InputFile) {
    self.model = model
    folder = PathParts.of(model.path).folder
  }

  /// Where the bytes of a tensor are.
  ///
  /// - Parameter needed: how many there must be.
  /// - Throws: `.corrupt` for a location out of the folder, and for bytes that the file does not have; `.unreadable`
  ///   where there is no such file, or it is a link.
  mutating func bytes(_ data: ONNXExternalData, _ needed: Int) throws(CheckpointError) -> ByteSource {
    let file = try file(data)
    let left = file.size - data.offset
    guard left >= 0, data.length ?? left == needed, needed <= left else {
      throw CheckpointError(
        .corrupt,
        "its \(needed) bytes are said to lie at byte \(data.offset) of `\(data.location)`, which has \(file.size)"
          + (data.length == nil ? "" : " in all"),
        at: .init(byte: data.byte),
        hint: left < needed
          ? "download or copy `\(data.location)` again" : "it says of no length, and more follow")
    }
    let range = data.offset..<data.offset + needed
    ranges[data.location, default: []].append(range)
    return .file(file, range, crc32: nil)
  }

  private mutating func file(_ data: ONNXExternalData) throws(CheckpointError) -> InputFile {
    if let file = files[data.location] { return file }
    guard !StandardInput.isNamed(by: model.path) else {
      throw CheckpointError(
        .unsupported, "its data lies in `\(data.location)`, and standard input has no folder of its own",
        at: .init(byte: data.byte), hint: "save it beside that file first")
    }
    // A member of an archive is a part of its file.
    guard model.start == 0, model.size == model.status.size else {
      throw CheckpointError(
        .unsupported,
        "its data lies in `\(data.location)`, and a model in an archive has no folder of its own",
        at: .init(byte: data.byte))
    }
    guard files.count < Self.mostFiles else {
      throw CheckpointError(
        .limit, "its tensors lie in more than \(Self.mostFiles) files", at: .init(byte: data.byte))
    }
    guard let components = data.components, let name = components.last else { throw data.leadsOut }
    var place = folder
    for component in components.dropLast() {
      let kind = try FolderMember.kind(of: component, in: place)
      guard kind == .folder else { throw missing(data) }
      place = FolderMember.path(of: component, in: place)
    }
    guard try FolderMember.kind(of: name, in: place) != nil else { throw missing(data) }
    let file = try FolderMember.open(name, in: place)
    files[data.location] = file
    return file
  }

  private func missing(_ data: ONNXExternalData) -> CheckpointError {
    CheckpointError(
      .unreadable, "its data lies in `\(data.location)`, which is not there", at: .init(byte: data.byte),
      hint: "put it into the model's folder")
  }

  /// What is odd about the files and harms nobody: bytes of no tensor, bytes of several.
  var notes: [String] {
    files.flatMap { location, file in
      var (end, gaps, unnamed, shared) = (0, 0, 0, 0)
      // One tensor under two names is no overlap.
      let ordered = Set(ranges[location] ?? []).filter { !$0.isEmpty }
        .sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
      for range in ordered + [file.size..<file.size] {
        if range.lowerBound > end {
          gaps += 1
          unnamed += range.lowerBound - end
        } else {
          shared += min(end, range.upperBound) - range.lowerBound
        }
        end = max(end, range.upperBound)
      }
      var notes: [String] = []
      if gaps > 0 {
        notes.append(
          "\(unnamed) bytes of \(location.shown), in \(gaps) \(gaps == 1 ? "run" : "runs"), are no tensor's")
      }
      if shared > 0 { notes.append("\(shared) bytes of \(location.shown) belong to more than one tensor") }
      return notes
    }
  }
}
