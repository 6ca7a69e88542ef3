// SPDX-License-Identifier: Apache-2.0

/// Compares what files say of their parts with what they hold: what `resect verify` does.
public struct Verification {
  private let secondOpinion: Bool
  private let onBytes: (Int) -> Void
  private let data = ONNXDataFiles()

  /// - Parameters:
  ///   - secondOpinion: ask libzip about each zip archive.
  ///   - onBytes: called with the number of bytes that were read, now and then.
  public init(secondOpinion: Bool = false, onBytes: @escaping (Int) -> Void = { _ in }) {
    self.secondOpinion = secondOpinion
    self.onBytes = onBytes
  }

  /// Whether a path stands for more than one file.
  package static func meansSeveral(_ path: String) -> Bool {
    if InputFolder.isNamed(by: path) || DistributedRuns.fits(path) { return true }
    guard let file = try? InputFile(path: path), case .index? = try? FileContent(of: file) else {
      return false
    }
    return true
  }

  // MARK: One file

  /// Walks the directory strictly, reads every member, and decodes the pickle against the storages.
  ///
  /// - Throws: what `Checkpoint.open` throws of a container that cannot be walked at all; what is wrong inside one
  ///   that can is a finding.
  public func report(of path: String) throws(CheckpointError) -> VerifyReport {
    do throws(CheckpointError) {
      let file = try InputFile(path: path)
      let content = try FileContent(of: file)
      return try report(of: file, content, asking: secondOpinion)
    } catch { throw Checkpoint.explained(error, path) }
  }

  private func report(
    of file: InputFile, _ content: FileContent, asking libzip: Bool
  ) throws(CheckpointError) -> VerifyReport {
    switch content {
    case .form(let form):
      var report: VerifyReport
      do throws(CheckpointError) {
        report = VerifyReport(try form.inspect(file, onBytes), of: file)
      } catch { return try damaged(file, content, error) }
      guard libzip else { return report }
      guard form is ZipForm.Type else {
        throw CheckpointError(.unsupported, "it is no zip archive, so that libzip has no opinion of it")
      }
      report.secondOpinion = SecondOpinion.complaints(on: file).map(VerifyReport.Finding.init)
      return report
    case .index:
      return try whole(file, named: "index") { () throws(CheckpointError) in
        try Checkpoint.open(file, as: content)
      }
    case .several(let forms): throw FileContent.error(forms)
    case .foreign(let start): return try damaged(file, content, ForeignFile.error(start, file))
    }
  }

  /// A file that cannot be read as it should be: what is left of it.
  ///
  /// - Throws: the error where nothing is, or the one that says more.
  private func damaged(
    _ file: InputFile, _ content: FileContent, _ error: CheckpointError
  ) throws(CheckpointError) -> VerifyReport {
    var isForeign = false
    if case .foreign = content { isForeign = true }
    guard error.code == .corrupt || isForeign else { throw error }
    let remains = try Checkpoint.remains(of: file, content)
    guard !remains.faults.isEmpty else { throw error }
    return VerifyReport(remains, try Survivors(remains, onBytes: onBytes), of: file)
  }

  // MARK: Several files

  /// Verifies every file, of a folder all that lie below it, of an index its shards too; one that cannot be read does
  /// not keep the others from being verified. What a folder or an index says of its files is compared with them.
  public func reports(of paths: [String]) -> VerifyReports { VerifyReports(files: paths.flatMap(reports)) }

  private func reports(of path: String) -> [VerifyReport] {
    guard InputFolder.isNamed(by: path) else {
      return ([path] + shards(ofIndex: path)).map { part($0, inFolder: false) }
    }
    return FolderFiles(below: path).members.map { member in
      member.error.map { VerifyReport(member.path, $0) } ?? part(member.path, inFolder: true)
    }
  }

  /// The shards that are there: of the others the index's own report tells.
  private func shards(ofIndex path: String) -> [String] {
    guard let file = try? InputFile(path: path), case .index? = try? FileContent(of: file),
      let index = try? ShardIndex(file)
    else { return [] }
    return index.shards.map(index.path(of:)).filter(Kernel.exists)
  }

  /// One of several files: an error is noted, not thrown.
  private func part(_ path: String, inFolder: Bool) -> VerifyReport {
    do throws(CheckpointError) {
      if DistributedRuns.fits(path) { return try report(of: DistributedRuns(path)) }
      let (folder, name) = PathParts.of(path)
      let file = try InputFile(path: path)
      do throws(CheckpointError) {
        let content = try FileContent(of: file)
        if case .index = content { return try report(of: file, content, asking: false) }
        if [DistributedFolder.metadataName, ThreeDSpeaker.yamlName].contains(Text(name)) {
          return try whole(file, named: name) { () throws(CheckpointError) in try Checkpoint.open(folder) }
        }
        return try report(of: file, content, asking: secondOpinion && content.isZip)
      } catch {
        guard inFolder, error.code == .unsupported, let plain = try? plain(file) else {
          throw Checkpoint.explained(error, path)
        }
        return plain
      }
    } catch { return VerifyReport(path, error) }
  }

  /// What an index, `.metadata` or `CKPT.yaml` says, against the files beside it.
  private func whole(
    _ file: InputFile, named name: String, _ open: () throws(CheckpointError) -> Document
  ) throws(CheckpointError) -> VerifyReport {
    var report = VerifyReport(file: file.path, format: name, bytes: file.size)
    do throws(CheckpointError) {
      let document = try open()
      report.isOf(document.source?.format ?? .torch)
      report.members = document.tensorCount(below: document.root)
    } catch {
      guard error.code == .corrupt else { throw error }
      var finding = VerifyReport.Finding(error)
      // Another file than this one may be at fault, which has a report of its own.
      if let other = error.location.file, other != file.path, other != PathParts.of(file.path).folder {
        finding.member = Text(other)
      }
      if let key = error.location.key { finding.message = "'\(key)': " + finding.message }
      report.findings.append(finding)
    }
    return report
  }

  /// The archives that a part of a distributed checkpoint is a row of.
  private func report(of runs: DistributedRuns) throws(CheckpointError) -> VerifyReport {
    var inspection = Inspection(.dcp)
    do throws(CheckpointError) {
      try runs.forEach { archive throws(CheckpointError) in inspection.check(archive, onBytes) }
    } catch {
      guard error.code == .corrupt else { throw error }
      inspection.findings.append(error)
    }
    if let rest = runs.unnamed {
      inspection.findings.append(
        CheckpointError(
          .corrupt, "\(rest.count) bytes are in no item of .metadata", at: .init(byte: rest.lowerBound)))
    }
    var report = VerifyReport(inspection, of: runs.file)
    report.unit = "member"
    report.agreement = nil
    return report
  }

  /// A pickle by itself, a text that is no checkpoint, numbers that a model beside them speaks of: there is nothing in it
  /// to compare.
  private func plain(_ file: InputFile) throws(CheckpointError) -> VerifyReport? {
    if let count = data.tensors(in: file.path) {
      return VerifyReport(file: file.path, format: "onnx-data", bytes: file.size, members: count)
    }
    if try file.read(0..<min(1, file.size)) == [0x80] {
      var window = PickleWindow(file)
      guard try window.run(at: 0).byteCount == file.size else { return nil }
      return VerifyReport(
        file: file.path, format: "pickle", bytes: file.size, members: 1, countedIn: "pickle",
        agreement: "it is read to its end; a pickle has no checksums")
    }
    return try PlainFile.isText(file) ? VerifyReport(file: file.path, format: "text", bytes: file.size) : nil
  }
}
