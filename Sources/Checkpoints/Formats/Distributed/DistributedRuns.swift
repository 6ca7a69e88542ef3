// SPDX-License-Identifier: Apache-2.0

/// The torch zips in a `.distcp` file, one behind the other: `.metadata` beside it tells where each begins and ends.
struct DistributedRuns {
  let file: InputFile
  /// In the order of the file.
  let ranges: [Range<Int>]
  /// The first bytes that no item of `.metadata` has.
  let unnamed: Range<Int>?

  /// Whether a file is such a part, and its `.metadata` lies beside it.
  static func fits(_ path: String) -> Bool {
    let kind = try? FolderMember.kind(of: DistributedFolder.metadataName, in: PathParts.of(path).folder)
    return path.hasSuffix(".distcp") && kind == .file
  }

  /// - Throws: `.corrupt` where a run reaches past the file or into another, and whatever is wrong with `.metadata`.
  init(_ path: String) throws(CheckpointError) {
    let (folder, name) = PathParts.of(path)
    let metadata: DistributedMetadata
    let beside = try InputFolder(folder)
    do throws(CheckpointError) {
      metadata = try DistributedMetadata(beside.bytes(DistributedFolder.metadataName, limit: 1 << 30))
    } catch {
      throw CheckpointError(
        error.code, "`.metadata` tells what it holds, and cannot be read: " + error.reason,
        at: .init(file: path))
    }
    file = try InputFile(path: path)
    ranges = metadata.blobs.values.filter { $0.file == Text(name) }.map(\.range)
      .sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    var end = 0
    var unnamed: Range<Int>?
    for range in ranges {
      guard range.lowerBound >= end, range.upperBound <= file.size else {
        throw CheckpointError(
          .corrupt,
          range.lowerBound < end
            ? "two items of .metadata share bytes"
            : "its \(range.count) bytes reach past the end of the file, which has \(file.size)",
          at: .init(file: path, byte: range.lowerBound), hint: "the file may be cut short: copy it again"
        ).missing((ranges.map(\.upperBound).max() ?? 0) - file.size)
      }
      if range.lowerBound > end, unnamed == nil { unnamed = end..<range.lowerBound }
      end = range.upperBound
    }
    if end < file.size, unnamed == nil { unnamed = end..<file.size }
    self.unnamed = unnamed
  }

  /// Hands out the archive of each run. What one cannot be read for does not keep the others from being read: the
  /// first such error is thrown at the end.
  func forEach(_ body: (ZipDirectory) throws(CheckpointError) -> Void) throws(CheckpointError) {
    var failure: CheckpointError?
    for range in ranges {
      do throws(CheckpointError) {
        try body(ZipDirectory(InputFile(range, of: file)))
      } catch {
        var error = error.at(file: file.path)
        // Within a member they count from its beginning.
        if error.location.member == nil {
          error.location.byte = (error.location.byte ?? 0) + range.lowerBound
        }
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }
}
