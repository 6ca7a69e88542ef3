// SPDX-License-Identifier: Apache-2.0

/// An input, hashed, with the statement that lies beside it.
struct InputAccount {
  /// How names are told.
  let place: StatementPlace
  private let onBytes: (Int) -> Void
  private(set) var files = HashedFiles()

  init(_ place: StatementPlace, onBytes: @escaping (Int) -> Void = { _ in }) {
    self.place = place
    self.onBytes = onBytes
  }

  /// A checkpoint as it was read: the file that was named, every file that tensors came from, and of a folder the files
  /// that lie beside those.
  mutating func checkpoint(
    _ document: Document, role: Text
  ) throws(CheckpointError) -> Provenance.Input {
    let path = document.source?.file ?? ""
    return try input(
      path, role: role, form: document.source.map { Text($0.format.rawValue) }, open: document.files)
  }

  /// A file that is no checkpoint.
  mutating func file(_ path: String, role: Text) throws(CheckpointError) -> Provenance.Input {
    try input(path, role: role, form: nil, open: [])
  }

  /// Recordings and the lists that name them.
  mutating func data(_ data: RunAccount.Data) throws(CheckpointError) -> Provenance.Data {
    let source = StatementPlace.plain(data.source)
    let folder = data.lists.isEmpty ? source : PathParts.of(source).folder
    var digested = Provenance.Data(role: data.role, name: place.name(of: source), lists: [], recordings: [])
    digested.lists.reserveCapacity(data.lists.count)
    for path in data.lists { digested.lists.append(try self.digested(path, in: folder)) }
    // A list may name a recording many times.
    var known: [String: DigestedFile] = [:]
    for path in data.recordings {
      let file: DigestedFile
      if let seen = known[path] { file = seen } else { file = try self.digested(path, in: folder) }
      known[path] = file
      digested.recordings.append(file)
    }
    return digested
  }

  private mutating func digested(
    _ path: String, in list: String
  ) throws(CheckpointError) -> DigestedFile {
    DigestedFile(
      name: place.name(of: path, in: list), sha256: try files.sha256(of: path, onBytes: onBytes))
  }

  private mutating func input(
    _ path: String, role: Text, form: Text?, open: [InputFile]
  ) throws(CheckpointError) -> Provenance.Input {
    guard !StandardInput.isNamed(by: path) else {
      throw CheckpointError(
        .wrongWords, "a statement names files, and standard input has no name", at: .init(file: path),
        hint: "save it to a file first")
    }
    let path = StatementPlace.plain(path)
    let name = place.name(of: path)
    var found = open.map { (path: $0.path, open: Optional($0)) }
    func add(_ path: String, _ status: Kernel.Status?) {
      guard let status, status.kind == .file, !open.contains(where: { $0.status.isSame(as: status) }) else {
        return
      }
      found.append((path, nil))
    }
    let status = try Kernel.look(path, followingLinks: true)
    if status?.kind == .folder {
      for folder in Set([path] + open.map { PathParts.of($0.path).folder }) {
        for member in try Kernel.names(in: folder) {
          let inside = folder + "/" + member
          // Links are no part of a folder that is read as one thing.
          add(inside, try Kernel.look(inside, followingLinks: false))
        }
      }
    } else {
      add(path, status)
    }
    var digested: [DigestedFile] = []
    for file in found {
      let sha256 = try files.sha256(of: file.path, open: file.open, onBytes: onBytes)
      digested.append(.init(name: Self.name(of: file.path, of: path, called: name), sha256: sha256))
    }
    digested.sort { $0.name < $1.name }
    return Provenance.Input(
      role: role, name: name, form: form, files: digested,
      statement: try Provenance.Parent(of: path, digested, place))
  }

  /// The name of a file of an input: below its folder, beside its index.
  private static func name(of file: String, of input: String, called name: Text) -> Text {
    let (file, folder) = (Text(file), Text(input + "/"))
    if file == Text(input) { return name }
    if file.hasPrefix(folder) { return name + "/" + file.dropFirst(folder.count) }
    let own = Text(PathParts.of(file.shown).name)
    guard let slash = name.bytes.lastIndex(of: UInt8(ascii: "/")) else { return own }
    return Text(part: name.bytes[...slash]) + own
  }
}

extension Document {
  /// The files on disk that its tensors came from.
  fileprivate var files: [InputFile] {
    var files: [InputFile] = []
    for input in storages.flatMap(\.bytes.inputs).map({ $0.whole ?? $0 }) where !files.contains(input) {
      files.append(input)
    }
    return files
  }
}

extension Provenance.Parent {
  /// The statement that lies beside an input or beside a folder above it, and is about the bytes that were read; nil where
  /// none does.
  ///
  /// - Throws: `contradiction` where the one beside it is about other bytes; what reading one throws.
  init?(of input: String, _ files: [DigestedFile], _ place: StatementPlace) throws(CheckpointError) {
    for (index, path) in StatementPlace.candidates(for: input).enumerated() {
      // What cannot be looked at is no statement that is not there.
      guard try Kernel.look(path, followingLinks: true)?.kind == .file else { continue }
      let (statement, sha256) = try Statement.open(path)
      let known = Set(statement.subject.map(\.sha256))
      guard files.allSatisfy({ known.contains($0.sha256) }) else {
        if index > 0 { continue }
        throw CheckpointError(
          .contradiction, "it is about other bytes than those of \(PlainText.of(input))",
          at: .init(file: path),
          hint: "`resect verify --provenance \(ShellWords.safe(Text(path)))` tells what differs; "
            + "move it away if it is of an earlier file")
      }
      self.init(
        file: .init(name: place.name(of: path), sha256: sha256), predicateType: statement.predicateType,
        subject: statement.subject)
      return
    }
    return nil
  }
}
