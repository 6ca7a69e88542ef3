// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Glibc

/// Every system call of this library: each repeats when a signal broke it off, and fails with the system's
/// own words. Descriptors are plain numbers here; `InputFile` and `OutputFile` own them.
package enum Kernel {
  package enum Call: String, Sendable, CaseIterable {
    case open, create, createUnnamed, createInMemory, stat, fstat, list, readLink, realPath
    case read, pread, pwrite, write, copyRange, truncate, fsync, close
    case link, rename, unlink, lock, mkdir, rmdir
  }

  /// What fstat tells about a file.
  package struct Status: Hashable, Sendable {
    package enum Kind: String, Sendable { case file, folder, link, pipe, device, socket }
    package var kind: Kind
    package var size: Int
    package var device: UInt64
    package var inode: UInt64
    package var modifiedSeconds: Int
    package var modifiedNanoseconds: Int
  }

  /// Makes one call until no signal interrupts it: what it gives, and `errno` where that is -1.
  static func outcome<Value: FixedWidthInteger & SignedInteger>(
    _ call: Call, _ body: () -> Value
  ) -> (value: Value, error: Int32) {
    while true {
      #if DEBUG
        let forced = KernelFault.strike(call)
      #else
        let forced: Int32? = nil
      #endif
      let result = forced == nil ? body() : -1
      if result != -1 { return (result, 0) }
      let number = forced ?? errno
      if number != EINTR { return (result, number) }
    }
  }

  /// Of how many bytes a call is made: of fewer where a test has it move fewer.
  static func offered(_ count: Int, to call: Call) -> Int {
    #if DEBUG
      KernelFault.isShort(call) ? (count + 1) / 2 : count
    #else
      count
    #endif
  }

  /// Makes one call until no signal interrupts it; -1 becomes an error.
  static func attempt<Value: FixedWidthInteger & SignedInteger>(
    _ call: Call, _ doing: String, _ path: String?, _ code: CheckpointError.Code = .unreadable,
    _ body: () -> Value
  ) throws(CheckpointError) -> Value {
    let (value, error) = outcome(call, body)
    if error != 0 { throw failure(error, doing, path, code) }
    return value
  }

  /// The error for `errno`, in the system's own words.
  static func failure(
    _ number: Int32, _ doing: String, _ path: String?, _ code: CheckpointError.Code
  ) -> CheckpointError {
    let words = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
    return CheckpointError(code, "cannot \(doing): \(words)", at: .init(file: path))
  }

  /// A path that C would see cut short at its NUL is refused instead.
  static func checkPath(_ path: String, _ code: CheckpointError.Code) throws(CheckpointError) {
    if path.isEmpty { throw CheckpointError(code, "the path is empty", at: .init(file: path)) }
    if path.utf8.contains(0) {
      throw CheckpointError(code, "the path holds a NUL character", at: .init(file: path))
    }
  }

  // MARK: Reading

  /// Opens for reading. A pipe does not block: the caller looks at its kind first.
  ///
  /// - Parameter followingLinks: false fails where `path` itself is a link; those in the folders above it are followed.
  package static func open(_ path: String, followingLinks: Bool = true) throws(CheckpointError) -> Int32 {
    try checkPath(path, .unreadable)
    return try attempt(.open, "open", path) {
      unsafe Glibc.open(
        path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followingLinks ? 0 : O_NOFOLLOW))
    }
  }

  package static func status(_ descriptor: Int32, _ path: String) throws(CheckpointError) -> Status {
    var buffer = stat()
    _ = try attempt(.fstat, "look at", path) { unsafe fstat(descriptor, &buffer) }
    return Status(buffer)
  }

  /// The names in a folder in byte order, hidden ones too, without `.` and `..`.
  package static func names(in folder: String) throws(CheckpointError) -> [String] {
    try checkPath(folder, .unreadable)
    var opened: OpaquePointer?
    _ = try attempt(.list, "list", folder) {
      unsafe opened = opendir(folder)
      return unsafe opened == nil ? -1 : 0
    }
    guard let stream = unsafe opened else { return [] }
    defer { unsafe _ = closedir(stream) }
    var names: [String] = []
    while true {
      var next: UnsafeMutablePointer<dirent>?
      _ = try attempt(.list, "list", folder) {
        // Nil means the end, or an error: `errno` alone tells.
        errno = 0
        unsafe next = readdir(stream)
        return unsafe next == nil && errno != 0 ? -1 : 0
      }
      guard let entry = unsafe next else { break }
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
      unsafe pread(descriptor, buffer.baseAddress, offered(buffer.count, to: .pread), offset)
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

  /// Writes every byte at `offset`.
  package static func write(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int, _ path: String
  ) throws(CheckpointError) {
    var done = 0
    while done < bytes.count {
      let count = try attempt(.pwrite, "write", path, .unwritable) {
        unsafe pwrite(
          descriptor, bytes.baseAddress.map { unsafe $0 + done }, offered(bytes.count - done, to: .pwrite),
          offset + done)
      }
      if count == 0 { throw failure(EIO, "write", path, .unwritable) }
      done += count
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
      let copied = resect_copy_file_range(
        source, Int64(sourceOffset), target, Int64(offset), offered(count, to: .copyRange))
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
      if unsafe Glibc.link(path, target) == -1 { return -1 }
      return unsafe Glibc.unlink(path)
    }
  }

  package static func unlink(_ path: String) throws(CheckpointError) {
    _ = try attempt(.unlink, "remove", path, .unwritable) { unsafe Glibc.unlink(path) }
  }

  /// Makes a folder; the umask decides its mode.
  package static func makeFolder(_ path: String) throws(CheckpointError) {
    try checkPath(path, .unwritable)
    _ = try attempt(.mkdir, "create the folder", path, .unwritable) { unsafe Glibc.mkdir(path, 0o777) }
  }

  /// Removes a folder of plain files, as far as that can be done: what lies deeper in it stays.
  package static func removeFlatFolder(_ path: String) {
    for name in (try? names(in: path)) ?? [] { try? unlink(path + "/" + name) }
    try? removeFolder(path)
  }

  /// Removes an empty folder.
  package static func removeFolder(_ path: String) throws(CheckpointError) {
    _ = try attempt(.rmdir, "remove the folder", path, .unwritable) { unsafe Glibc.rmdir(path) }
  }

  /// Closes after reading: there is nothing to lose, so nothing to report.
  package static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

  /// Closes after writing: some file systems report a failed write only here.
  package static func closeWritten(_ descriptor: Int32, _ path: String) throws(CheckpointError) {
    let error = closing(descriptor)
    if error != 0 { throw failure(error, "close", path, .unwritable) }
  }

  /// 0, or `errno` of the close that failed. Closed it is in each case: on Linux after EINTR too, and to close again could
  /// hit a stranger's.
  static func closing(_ descriptor: Int32) -> Int32 {
    var error = Glibc.close(descriptor) == -1 ? errno : 0
    #if DEBUG
      error = KernelFault.strike(.close) ?? error
    #endif
    return error == EINTR ? 0 : error
  }
}
