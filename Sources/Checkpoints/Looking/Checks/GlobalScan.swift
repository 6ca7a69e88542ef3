// SPDX-License-Identifier: Apache-2.0

/// Looks for every global that files' pickles name, and runs nothing: what `resect scan` does.
public enum GlobalScan {
  /// Examines every file, of a folder all that lie below it, of an index its shards too; one that cannot be read
  /// does not keep the others from being examined.
  ///
  /// - Parameter allowance: the names that the user vouches for.
  public static func report(of paths: [String], allowing allowance: GlobalAllowance = .init()) -> ScanReport {
    var report = ScanReport(files: paths.flatMap(files))
    report.allow(allowance)
    return report
  }

  /// What a path stands for: a file, all files below a folder, or an index and the shards that it names.
  private static func files(at path: String) -> [ScanReport.File] {
    guard Kernel.status(at: path)?.kind == .folder else { return named(path) }
    return FolderFiles(below: path).members.flatMap { member in
      if let error = member.error { return [ScanReport.File(member.path, error)] }
      return self.member(member.path)
    }
  }

  /// A file that was named by itself.
  private static func named(_ path: String) -> [ScanReport.File] {
    if let runs = runs(path) { return [runs] }
    do throws(CheckpointError) {
      let file = try InputFile(path: path)
      guard case .index = try FileContent(of: file) else { return [scan(file)] }
      let index = try ShardIndex(file)
      // Shards beside it that would not be looked at for its sake are its error.
      let own = ScanReport.File(path) { _ throws(CheckpointError) in
        try index.checkNamesAll(of: InputFolder(PathParts.of(path).folder).names)
      }
      return [own]
        + index.shards.flatMap { name in
          let shard = index.path(of: name)
          return Kernel.exists(shard) ? [scan(shard)] : [ScanReport.File(shard, index.missing(name))]
        }
    } catch { return [ScanReport.File(path, error)] }
  }

  /// A file below a folder that was named. The shards of an index are looked at by themselves; those that are not
  /// there are named all the same.
  private static func member(_ path: String) -> [ScanReport.File] {
    if let runs = runs(path) { return [runs] }
    do throws(CheckpointError) {
      let file = try InputFile(path: path)
      var report = scan(file)
      // One that is plain text holds no pickle, unless it is one: the oldest protocol is text too.
      if report.error != nil, report.globals.isEmpty, (try? PlainFile.isText(file)) == true {
        report = ScanReport.File(path) { globals throws(CheckpointError) in
          // What Python would do with it before it comes upon what is no opcode.
          try? globals.examine(file)
        }
      }
      guard case .index = try FileContent(of: file), let index = try? ShardIndex(file) else {
        return [report]
      }
      return [report]
        + index.shards.filter { !Kernel.exists(index.path(of: $0)) }
        .map { ScanReport.File(index.path(of: $0), index.missing($0)) }
    } catch { return [ScanReport.File(path, error)] }
  }

  private static func scan(_ path: String) -> ScanReport.File {
    do throws(CheckpointError) { return scan(try InputFile(path: path)) } catch {
      return ScanReport.File(path, error)
    }
  }

  /// As opening tells what the file is; but where that opens nothing, a pickle is still one.
  private static func scan(_ file: InputFile) -> ScanReport.File {
    ScanReport.File(file.path) { globals throws(CheckpointError) in
      switch try FileContent(of: file) {
      case .form(let form):
        try form.scan(file, &globals)
        try checkBeginning(of: file, form, &globals)
      // A JSON text holds none.
      case .index: _ = try ShardIndex(file)
      case .several(let forms):
        for form in forms { try? form.scan(file, &globals) }
        throw FileContent.error(forms)
      case .foreign(let start) where mayBePickle(start): try globals.examine(file)
      case .foreign(let start):
        throw ForeignFile.known(start, file)
          ?? CheckpointError(.unsupported, "it is neither a zip archive nor a pickle")
      }
    }
  }

  /// What opens as one form may be a pickle to who unpickles it: `torch.load` tries that with all that is no zip archive
  /// and no tar archive of its own. Streams of pickles are examined already.
  private static func checkBeginning(
    of file: InputFile, _ form: any FileForm.Type, _ globals: inout NamedGlobals
  ) throws(CheckpointError) {
    if form is ZipForm.Type || form is TorchLegacy.Type { return }
    guard globals.examineBeginning(of: file) else { return }
    throw CheckpointError(
      .corrupt,
      "it is \(form.words), and a pickle from its first byte on: readers would not agree on what it holds",
      at: .init(byte: 0))
  }

  /// PROTO, or what a pickle of protocol 0 or 1 begins with.
  private static func mayBePickle(_ start: [UInt8]) -> Bool {
    start.first == 0x80 || start.first.map { "(cd]}lI".utf8.contains($0) } == true
  }

  /// The archives that a part of a distributed checkpoint is a row of; nil for any other file. Opening takes no part
  /// alone, and one that holds a single archive for that archive.
  private static func runs(_ path: String) -> ScanReport.File? {
    guard DistributedRuns.fits(path) else { return nil }
    return ScanReport.File(path) { globals throws(CheckpointError) in
      let runs = try DistributedRuns(path)
      try runs.forEach { archive throws(CheckpointError) in try ZipForm.scan(archive, &globals) }
      guard let rest = runs.unnamed else { return }
      throw CheckpointError(
        .unsupported, "\(rest.count) bytes are in no item of .metadata and were not examined",
        at: .init(byte: rest.lowerBound))
    }
  }
}

extension ScanReport.File {
  fileprivate init(_ path: String, _ error: CheckpointError) {
    file = path
    self.error = ErrorReport(error.at(file: path)).error
  }

  /// What was noted before an error is told with it.
  fileprivate init(_ path: String, _ examine: (inout NamedGlobals) throws(CheckpointError) -> Void) {
    file = path
    var globals = NamedGlobals()
    do throws(CheckpointError) { try examine(&globals) } catch {
      self.error = ErrorReport(error.at(file: path)).error
    }
    self.globals = globals.met.map { met in
      .init(met.name, GlobalVerdict(met.name, inScript: met.isScript), member: met.member)
    }
  }
}
