// SPDX-License-Identifier: Apache-2.0

/// What loading files would do, told without doing any of it: what `resect scan` does.
///
/// One rule: what is not known to be data is a finding, and what was not looked at is said.
public struct FileScan {
  private let allowance: GlobalAllowance
  private var scripts = ScriptBeside()
  private let data = ONNXDataFiles()

  /// - Parameter allowance: names that a person answers for.
  public static func report(of paths: [String], allowing allowance: GlobalAllowance = .init()) -> ScanReport {
    var scan = FileScan(allowance: allowance)
    return ScanReport(files: paths.flatMap { scan.files(at: $0) })
  }

  private init(allowance: GlobalAllowance) { self.allowance = allowance }

  /// What a path stands for: a file, all files below a folder, or an index and the shards that it names; one that cannot
  /// be read does not keep the others from being examined.
  private mutating func files(at path: String) -> [ScanReport.File] {
    guard InputFolder.isNamed(by: path) else { return named(path) }
    var reports: [ScanReport.File] = []
    for member in FolderFiles(below: path).members {
      if let error = member.error {
        reports.append(unread(member.path, error))
        continue
      }
      reports.append(file(member.path))
      // The shards of an index are looked at by themselves; those that are not there are named all the same.
      guard let index = try? index(at: member.path) else { continue }
      reports += index.shards.filter { !Kernel.exists(index.path(of: $0)) }
        .map { unread(index.path(of: $0), index.missing($0)) }
    }
    return reports
  }

  /// A file that was named by itself; an index stands for its shards as well, a model for the files that its tensors lie in.
  private mutating func named(_ path: String) -> [ScanReport.File] {
    do throws(CheckpointError) {
      guard let index = try index(at: path) else {
        return [file(path)] + ONNXDataFiles.files(of: path).map { file($0) }
      }
      // Shards beside it that would not be looked at for its sake are its error.
      let own = file(path) { notes, subject in
        do throws(CheckpointError) {
          try index.checkNamesAll(of: InputFolder(PathParts.of(path).folder).names)
        } catch { notes.skip(error, of: subject) }
      }
      var reports = [own]
      for name in index.shards {
        let shard = index.path(of: name)
        reports.append(Kernel.exists(shard) ? file(shard) : unread(shard, index.missing(name)))
      }
      return reports
    } catch { return [unread(path, error)] }
  }

  private func index(at path: String) throws(CheckpointError) -> ShardIndex? {
    guard Text(path).hasSuffix(ShardIndex.suffix) else { return nil }
    let file = try InputFile(path: path)
    return try ShardIndex.begins(file) ? ShardIndex(file) : nil
  }

  /// - Parameter more: what else is noted of it.
  private mutating func file(
    _ path: String, _ more: (inout ScanNotes, ScanSubject) -> Void = { _, _ in }
  ) -> ScanReport.File {
    do throws(CheckpointError) {
      let file = try InputFile(path: path)
      let subject = ScanSubject(file)
      var examiner = FileExaminer(file, allowing: allowance, data: data)
      for part in try parts(of: file, &examiner.notes) { examiner.examine(try subject.part(part)) }
      if let reason = scripts.reason(path) { examiner.notes.find(.code, reason, in: subject) }
      more(&examiner.notes, subject)
      return examiner.notes.finished()
    } catch { return unread(path, error) }
  }

  /// A part of a distributed checkpoint is a row of archives, which the `.metadata` beside it tells apart; any other file is
  /// one thing.
  private func parts(of file: InputFile, _ notes: inout ScanNotes) throws(CheckpointError) -> [Range<Int>] {
    guard DistributedRuns.fits(file.path) else { return [0..<file.size] }
    do throws(CheckpointError) {
      let runs = try DistributedRuns(file.path).ranges
      let ends = [0] + runs.map(\.upperBound)
      let gaps = zip(ends, runs.map(\.lowerBound) + [file.size]).map { $0..<$1 }.filter { !$0.isEmpty }
      return (runs + gaps).sorted { $0.lowerBound < $1.lowerBound }
    } catch {
      notes.skip(error, of: ScanSubject(file))
      return [0..<file.size]
    }
  }

  private func unread(_ path: String, _ error: CheckpointError) -> ScanReport.File {
    var report = ScanReport.File(file: path)
    report.verdict = .notExamined
    report.notExamined = [.init(code: error.code.word, message: error.reason, hint: error.hint)]
    return report
  }
}
