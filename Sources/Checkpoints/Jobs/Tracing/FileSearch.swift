// SPDX-License-Identifier: Apache-2.0

/// Finds files by the names that statements have for them, and takes each one's digest once.
struct FileSearch {
  /// Folders that are looked through after the statement's own.
  let among: [String]
  private let onBytes: (Int) -> Void
  /// By path; nil for what cannot be read.
  private var digests: [String: String?] = [:]

  init(among: [String], onBytes: @escaping (Int) -> Void) {
    self.among = among
    self.onBytes = onBytes
  }

  /// What lies under a name.
  func places(_ name: Text, _ folders: [String]) -> [String] {
    (folders + among).map { $0 == "." ? name.shown : FolderMember.path(of: name, in: $0) }.filter {
      [.file, .folder].contains(Kernel.status(at: $0)?.kind)
    }
  }

  /// Holds a file against its digest: the first of its name that agrees, else the first of its name.
  mutating func check(_ file: DigestedFile, in folders: [String]) -> (file: TraceReport.File, path: String?) {
    var checked = TraceReport.File(name: file.name, sha256: file.sha256, verdict: .missing)
    var place: String?
    for path in places(file.name, folders) where Kernel.status(at: path)?.kind == .file {
      switch digest(path) {
      case file.sha256?:
        checked.verdict = .agrees
        checked.found = nil
        return (checked, path)
      case let found where checked.verdict == .missing:
        checked.verdict = found == nil ? .unread : .differs
        checked.found = found
        place = path
      default: break
      }
    }
    return (checked, place)
  }

  private mutating func digest(_ path: String) -> String? {
    if let known = digests[path] { return known }
    let digest = try? InputFile(path: path).sha256(onBytes: onBytes).hexadecimal
    digests[path] = .some(digest)
    return digest
  }
}

extension DigestedFile {
  /// Whether the name stays in the folder that it counts from. Whoever wrote a statement says what is looked at, and may
  /// not have other files of the reader's looked at.
  static func isInside(_ name: Text) -> Bool {
    !name.hasByte { $0 == 0 }
      && name.split("/").allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
  }
}
