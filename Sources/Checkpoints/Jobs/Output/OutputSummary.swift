// SPDX-License-Identifier: Apache-2.0

/// A plan in figures: what `--dry-run` prints.
public struct OutputSummary: Codable, Sendable {
  /// A run of bytes in the output under a name: an archive's member, a header, a tensor.
  public typealias Member = PlannedMember

  /// As `OutputPlan.Format` calls it.
  public var format: String
  /// How many bytes it will have; where members are compressed, how many go in.
  public var bytes: Int
  /// Tensors that go out; a tensor with parts counts once.
  public var tensors: Int
  /// In the order of the output, file by file.
  public var members: [Member]
  /// The files of a folder; absent where the output is one file.
  public var files: [Text]?
  /// Bytes of kept storages that no tensor uses and that stay behind.
  public var droppedBytes: Int
  /// Globals beyond those that load by default, written all the same.
  public var opaque: [String]
  /// A report for each tensor that is cast.
  public var casts: [CastReport]
  /// Paths of leaves that the format cannot hold; absent where there is none.
  public var droppedValues: [Text]?
  /// What a user should know, a sentence each; absent where there is none.
  public var notes: [String]?

  /// - Parameter format: its word.
  init(_ format: String, _ output: PlannedOutput, casts: [CastReport]) {
    self.format = format
    bytes = output.files.reduce(0) { $0 + $1.byteCount }
    tensors = output.tensors
    members = output.files.flatMap { file in
      var offset = 0
      return file.sections.flatMap { section in
        defer { offset += section.byteCount }
        return section.members.map { member in
          var member = member
          member.offset += offset
          if output.isFolder { member.file = file.name }
          return member
        }
      }
    }
    files = output.isFolder ? output.files.map(\.name) : nil
    droppedBytes = output.droppedBytes
    opaque = output.globals.sorted().map(\.description)
    self.casts = casts
    droppedValues = output.droppedValues.isEmpty ? nil : output.droppedValues
    notes = output.notes.isEmpty ? nil : output.notes
  }
}

/// What a cast does to one tensor's values, counted before anything is written.
public struct CastReport: Codable, Sendable, Hashable {
  /// Where the tensor is met first.
  public var path: Text
  /// The data type before, as PyTorch calls it.
  public var from: String
  /// The data type after.
  public var to: String
  /// Values that have no place in the type: finite ones that become infinite, NaN or its largest number, and
  /// infinities that do not stay infinite.
  public var overflows: Int
  /// Values other than zero that become zero.
  public var underflows: Int

  /// One report for each tensor whose storage is yet to be converted, under the path where it is met first.
  static func all(in document: Document) throws(CheckpointError) -> [CastReport] {
    let wanted = Set(
      Reachable(document).tensors.filter { id in
        guard case .tensor(let tensor) = document[id] else { return false }
        return document[tensor.storage].conversion != nil
      })
    if wanted.isEmpty { return [] }
    var reports: [CastReport] = []
    var seen: Set<NodeID> = []
    var walk = DocumentWalk(document)
    while let step = walk.next() {
      guard case .enter(let id, _) = step, wanted.contains(id), seen.insert(id).inserted,
        case .tensor(let tensor) = document[id], let conversion = document[tensor.storage].conversion,
        let extent = tensor.extent
      else { continue }
      let losses = try conversion.losses(inElements: extent)
      reports.append(
        CastReport(
          path: try walk.path(), from: conversion.from.rawValue, to: conversion.to.rawValue,
          overflows: losses.overflows, underflows: losses.underflows))
    }
    return reports
  }
}

extension Storage {
  /// The cast that is yet to be computed, if the storage waits for one.
  fileprivate var conversion: Conversion? {
    if case .computed(let bytes) = bytes { bytes as? Conversion } else { nil }
  }
}
