// SPDX-License-Identifier: Apache-2.0

/// Whether several files are sound: what `resect verify` prints for a folder, an index, or more than one file.
public struct VerifyReports: Codable, Sendable {
  public var schema = 1
  public var files: [VerifyReport]

  public var hasFinding: Bool { files.contains { !$0.isSound } }
  public var isComplete: Bool { files.allSatisfy { $0.error == nil } }

  /// Whether a path stands for more than one file.
  public static func areMeant(by path: String) -> Bool {
    if Kernel.status(at: path)?.kind == .folder || DistributedRuns.fits(path) { return true }
    guard let file = try? InputFile(path: path) else { return false }
    return (try? ShardIndex.begins(file)) == true
  }

  /// Verifies every file, of a folder all that lie below it, of an index its shards too; one that cannot be read does
  /// not keep the others from being verified. What a folder or an index says of its files is compared with them.
  ///
  /// - Parameters:
  ///   - secondOpinion: ask libzip about each zip archive.
  ///   - onBytes: called with the number of bytes that were read, now and then.
  public init(_ paths: [String], secondOpinion: Bool = false, onBytes: (Int) -> Void = { _ in }) {
    files = []
    for path in paths {
      if Kernel.status(at: path)?.kind == .folder {
        for member in FolderFiles(below: path).members {
          if let error = member.error {
            files.append(VerifyReport(member.path, error))
          } else {
            files.append(VerifyReport(part: member.path, inFolder: true, secondOpinion, onBytes))
          }
        }
      } else {
        let report = VerifyReport(part: path, inFolder: false, secondOpinion, onBytes)
        files.append(report)
        for shard in Self.shards(ofIndex: path) {
          files.append(VerifyReport(part: shard, inFolder: false, secondOpinion, onBytes))
        }
      }
    }
  }

  /// The shards that are there: of the others the index's own report tells.
  private static func shards(ofIndex path: String) -> [String] {
    guard let file = try? InputFile(path: path), (try? ShardIndex.begins(file)) == true,
      let index = try? ShardIndex(file)
    else { return [] }
    return index.shards.map(index.path(of:)).filter(Kernel.exists)
  }
}

extension VerifyReport {
  init(_ path: String, _ error: CheckpointError) {
    self.init(file: path, format: "unknown")
    self.error = ErrorReport(error.at(file: path)).error
  }

  /// One of several files: an error is noted, not thrown.
  fileprivate init(part path: String, inFolder: Bool, _ secondOpinion: Bool, _ onBytes: (Int) -> Void) {
    do throws(CheckpointError) {
      if DistributedRuns.fits(path) {
        try self.init(runs: DistributedRuns(path), onBytes)
      } else if let whole = try Self(whole: path) {
        self = whole
      } else {
        let isZip = try InputFile(path: path).startsAsZip
        try self.init(path, secondOpinion: secondOpinion && isZip, onBytes: onBytes)
      }
    } catch {
      guard inFolder, error.code == .unsupported, let plain = try? Self(plain: path) else {
        self.init(path, error)
        return
      }
      self = plain
    }
  }

  /// What an index, `.metadata` or `CKPT.yaml` says, against the files beside it. Nil where the file is none of these.
  private init?(whole path: String) throws(CheckpointError) {
    let (folder, name) = PathParts.of(path)
    let file = try InputFile(path: path)
    let isIndex = try ShardIndex.begins(file)
    guard isIndex || [DistributedFolder.metadataName, ThreeDSpeaker.yamlName].contains(Text(name)) else {
      return nil
    }
    self.init(file: path, format: "unknown", bytes: file.size)
    do throws(CheckpointError) {
      let document = try Checkpoint.open(isIndex ? path : folder)
      format = (document.source?.format ?? .torch).rawValue
      members = document.tensorCount(below: document.root)
    } catch {
      guard error.code == .corrupt else { throw error }
      format = isIndex ? "index" : name
      var finding = Finding(error)
      // Another file than this one may be at fault, which has a report of its own.
      if let other = error.location.file, other != path, other != folder { finding.member = Text(other) }
      if let key = error.location.key { finding.message = "'\(key)': " + finding.message }
      findings.append(finding)
    }
  }

  /// The archives that a part of a distributed checkpoint is a row of.
  private init(runs: DistributedRuns, _ onBytes: (Int) -> Void) throws(CheckpointError) {
    self.init(file: runs.file.path, format: Document.Format.dcp.rawValue, bytes: runs.file.size)
    do throws(CheckpointError) {
      try runs.forEach { archive throws(CheckpointError) in
        members += archive.entries.count
        for entry in archive.entries { check(entry, archive, onBytes) }
      }
    } catch {
      guard error.code == .corrupt else { throw error }
      findings.append(Finding(error))
    }
    guard let rest = runs.unnamed else { return }
    findings.append(
      Finding(member: nil, byte: rest.lowerBound, message: "\(rest.count) bytes are in no item of .metadata"))
  }

  /// A pickle by itself, or a text that is no checkpoint: there is nothing in it to compare.
  private init?(plain path: String) throws(CheckpointError) {
    let file = try InputFile(path: path)
    self.init(file: path, format: "text", bytes: file.size)
    if try file.read(0..<min(1, file.size)) == [0x80] {
      var window = PickleWindow(file)
      guard try window.run(at: 0).byteCount == file.size else { return nil }
      (format, members) = ("pickle", 1)
    } else if try !PlainFile.isText(file) {
      return nil
    }
  }
}

extension InputFile {
  fileprivate var startsAsZip: Bool {
    get throws(CheckpointError) { try read(0..<min(size, 2)) == [0x50, 0x4B] }
  }
}
