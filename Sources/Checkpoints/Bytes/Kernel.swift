// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Glibc

/// Every system call of this library: each repeats when a signal broke it off, and fails with the system's
/// own words. Descriptors are plain numbers here; `InputFile` and `OutputFile` own them.
package enum Kernel {
  package enum Call: String, Sendable, CaseIterable {
    case open, create, fstat, pread, pwrite, write, truncate, fsync, rename, unlink, close, copyRange, mkdir,
      rmdir
  }

  /// What fstat tells about a file.
  package struct Status: Hashable, Sendable {
    package enum Kind: Sendable { case file, folder, other }
    package var kind: Kind
    package var size: Int
    package var device: UInt64
    package var inode: UInt64
    package var modifiedSeconds: Int
    package var modifiedNanoseconds: Int
  }

  /// Makes one call until no signal interrupts it; -1 becomes an error.
  private static func attempt<Value: FixedWidthInteger & SignedInteger>(
    _ call: Call, _ doing: String, _ path: String, _ code: CheckpointError.Code = .unreadable,
    _ body: () -> Value
  ) throws(CheckpointError) -> Value {
    while true {
      #if DEBUG
        let forced = KernelFault.strike(call)
      #else
        let forced: Int32? = nil
      #endif
      let result = forced == nil ? body() : -1
      if result != -1 { return result }
      let number = forced ?? errno
      if number != EINTR { throw failure(number, doing, path, code) }
    }
  }

  /// The error for `errno`, in the system's own words.
  private static func failure(
    _ number: Int32, _ doing: String, _ path: String, _ code: CheckpointError.Code
  ) -> CheckpointError {
    let words = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
    return CheckpointError(code, "cannot \(doing): \(words)", at: .init(file: path))
  }

  /// A path that C would see cut short at its NUL is refused instead.
  private static func checkPath(_ path: String, _ code: CheckpointError.Code) throws(CheckpointError) {
    if path.isEmpty { throw CheckpointError(code, "the path is empty", at: .init(file: path)) }
    if path.utf8.contains(0) {
      throw CheckpointError(code, "the path holds a NUL character", at: .init(file: path))
    }
  }

  // MARK: Reading

  /// Opens for reading. A pipe does not block: the caller looks at its kind first.
  package static func open(_ path: String) throws(CheckpointError) -> Int32 {
    try checkPath(path, .unreadable)
    return try attempt(.open, "open", path) {
      unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    }
  }

  package static func status(_ descriptor: Int32, _ path: String) throws(CheckpointError) -> Status {
    var buffer = stat()
    _ = try attempt(.fstat, "look at", path) { unsafe fstat(descriptor, &buffer) }
    let kind: Status.Kind =
      switch buffer.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      default: .other
      }
    return Status(
      kind: kind, size: Int(buffer.st_size), device: UInt64(buffer.st_dev), inode: UInt64(buffer.st_ino),
      modifiedSeconds: buffer.st_mtim.tv_sec, modifiedNanoseconds: buffer.st_mtim.tv_nsec)
  }

  /// What lies at `path`, links followed; nil when nothing does or it cannot be opened.
  package static func status(at path: String) -> Status? {
    guard let descriptor = try? open(path) else { return nil }
    defer { close(descriptor) }
    return try? status(descriptor, path)
  }

  /// Whether the name is taken, even by a link that leads nowhere.
  package static func exists(_ path: String) -> Bool {
    var buffer = stat()
    return unsafe lstat(path, &buffer) == 0
  }

  /// The names in a folder in byte order, hidden ones too, without `.` and `..`.
  package static func names(in folder: String) throws(CheckpointError) -> [String] {
    try checkPath(folder, .unreadable)
    guard let stream = unsafe opendir(folder) else { throw failure(errno, "list", folder, .unreadable) }
    defer { unsafe _ = closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// One pread: the number of bytes read, 0 at the end of the file.
  package static func read(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int, _ path: String
  ) throws(CheckpointError) -> Int {
    try attempt(.pread, "read", path) {
      unsafe pread(descriptor, buffer.baseAddress, buffer.count, offset)
    }
  }

  // MARK: Writing

  /// Creates a file that did not exist; the umask decides its mode.
  package static func create(_ path: String) throws(CheckpointError) -> Int32 {
    try checkPath(path, .unwritable)
    return try attempt(.create, "create", path, .unwritable) {
      unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    }
  }

  /// Opens a file whose writes all go to its end; makes it where it is missing.
  package static func openForAppending(_ path: String) throws(CheckpointError) -> Int32 {
    try checkPath(path, .unwritable)
    return try attempt(.open, "open", path, .unwritable) {
      unsafe Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o666)
    }
  }

  /// Creates a file with a fresh name in `folder`: `<stem>XXXXXXXXXX` with random letters.
  package static func createTemporary(
    in folder: String, stem: String
  ) throws(CheckpointError) -> (descriptor: Int32, path: String) {
    let (descriptor, path) = try withFreshName(in: folder, stem: stem) { path throws(CheckpointError) in
      try create(path)
    }
    return (descriptor, path)
  }

  /// Creates a folder with a fresh name in `folder`, as `createTemporary` does a file.
  package static func createTemporaryFolder(
    in folder: String, stem: String
  ) throws(CheckpointError) -> String {
    try withFreshName(in: folder, stem: stem) { path throws(CheckpointError) in
      _ = try attempt(.mkdir, "create the folder", path, .unwritable) { unsafe Glibc.mkdir(path, 0o777) }
    }.path
  }

  /// Runs `create` on names in `folder` until one is free.
  private static func withFreshName<Made>(
    in folder: String, stem: String, _ create: (_ path: String) throws(CheckpointError) -> Made
  ) throws(CheckpointError) -> (made: Made, path: String) {
    var last: CheckpointError?
    for _ in 0..<16 {
      let letters = String(
        (0..<10).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement() ?? "x" })
      let path = folder + "/" + stem + letters
      if exists(path) { continue }
      do throws(CheckpointError) { return (try create(path), path) } catch {
        // Someone took the name meanwhile: the next one. Anything else will not get better.
        if !exists(path) { throw error }
        last = error
      }
    }
    throw last ?? CheckpointError(.unwritable, "found no free temporary name", at: .init(file: folder))
  }

  /// Writes every byte at `offset`.
  package static func write(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int, _ path: String
  ) throws(CheckpointError) {
    var done = 0
    while done < bytes.count {
      done += try attempt(.pwrite, "write", path, .unwritable) {
        unsafe pwrite(
          descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done, offset + done)
      }
    }
  }

  /// Writes every byte at the descriptor's own position: pipes and standard output too.
  package static func append(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ path: String
  ) throws(CheckpointError) {
    var done = 0
    while done < bytes.count {
      done += try attempt(.write, "write", path, .unwritable) {
        unsafe Glibc.write(descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done)
      }
    }
  }

  /// Sets the file's length; what is new reads as zeros.
  package static func truncate(_ descriptor: Int32, to size: Int, _ path: String) throws(CheckpointError) {
    _ = try attempt(.truncate, "set the length", path, .unwritable) { ftruncate(descriptor, size) }
  }

  /// One copy_file_range: the bytes copied, 0 at the input's end, nil where these two files cannot do it.
  package static func copyRange(
    from source: Int32, at sourceOffset: Int, to target: Int32, at offset: Int, count: Int, _ path: String
  ) throws(CheckpointError) -> Int? {
    let unable: Set<Int32> = [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EPERM]
    var refused = false
    let copied = try attempt(.copyRange, "copy to", path, .unwritable) {
      let copied = resect_copy_file_range(source, Int64(sourceOffset), target, Int64(offset), count)
      if copied == -1 && unable.contains(errno) {
        refused = true
        return 0
      }
      return copied
    }
    return refused ? nil : copied
  }

  package static func sync(_ descriptor: Int32, _ path: String) throws(CheckpointError) {
    _ = try attempt(.fsync, "flush", path, .unwritable) { fsync(descriptor) }
  }

  /// Makes a rename in `folder` survive a power cut.
  package static func syncFolder(_ folder: String) throws(CheckpointError) {
    let descriptor: Int32
    do { descriptor = try open(folder) } catch {
      throw CheckpointError(.unwritable, error.reason, at: error.location)
    }
    defer { close(descriptor) }
    try sync(descriptor, folder)
  }

  /// Gives `path` another name; with `replacing: false` it fails where that name is taken.
  package static func rename(
    _ path: String, to target: String, replacing: Bool
  ) throws(CheckpointError) {
    try checkPath(target, .unwritable)
    _ = try attempt(.rename, "rename the finished file to", target, .unwritable) {
      if replacing { return unsafe Glibc.rename(path, target) }
      let result = unsafe resect_rename_new(path, target)
      guard result == -1, errno == EINVAL || errno == ENOSYS else { return result }
      // The file system cannot do both in one step: link(2) fails too where the name is taken.
      if unsafe link(path, target) == -1 { return -1 }
      return unsafe Glibc.unlink(path)
    }
  }

  package static func unlink(_ path: String) throws(CheckpointError) {
    _ = try attempt(.unlink, "remove", path, .unwritable) { unsafe Glibc.unlink(path) }
  }

  /// Removes an empty folder.
  package static func removeFolder(_ path: String) throws(CheckpointError) {
    _ = try attempt(.rmdir, "remove the folder", path, .unwritable) { unsafe Glibc.rmdir(path) }
  }

  /// Closes after reading: there is nothing to lose, so nothing to report.
  package static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

  /// Closes after writing: some file systems report a failed write only here.
  package static func closeWritten(_ descriptor: Int32, _ path: String) throws(CheckpointError) {
    #if DEBUG
      if let forced = KernelFault.strike(.close) {
        _ = Glibc.close(descriptor)
        throw failure(forced, "close", path, .unwritable)
      }
    #endif
    // After EINTR the descriptor is gone on Linux: closing again could hit a stranger's.
    if Glibc.close(descriptor) == -1 && errno != EINTR {
      throw failure(errno, "close", path, .unwritable)
    }
  }
}
