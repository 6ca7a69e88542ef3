// SPDX-License-Identifier: Apache-2.0
internal import CLibZip

/// Has libzip write an archive into an output file: it takes the members' bytes and gives the archive's through
/// callbacks, so that memory stays bounded and no file is named by libzip.
///
/// The same members give the same bytes: the date is 1980-01-01, and there are no attributes of this machine.
enum LibZipWriter {
  /// Writes an archive at `start` of `file` and gives its size.
  static func write(
    _ members: [PlannedArchive.Member], deflated: Bool, to file: borrowing OutputFile, at start: Int,
    onBytes: (Int) -> Void
  ) throws(CheckpointError) -> Int {
    unsafe try collect(members, deflated: deflated, path: file.path, onBytes: onBytes) {
      bytes, offset throws(CheckpointError) in
      unsafe try file.write(bytes, at: start + offset)
    }
  }

  /// libzip keeps both closures no longer than this call.
  private static func collect(
    _ members: [PlannedArchive.Member], deflated: Bool, path: String, onBytes: (Int) -> Void,
    _ write: (UnsafeRawBufferPointer, _ offset: Int) throws(CheckpointError) -> Void
  ) throws(CheckpointError) -> Int {
    var result: Result<Int, CheckpointError> = .success(0)
    unsafe withoutActuallyEscaping(write) { write in
      withoutActuallyEscaping(onBytes) { onBytes in
        result = Result { () throws(CheckpointError) in
          let archive = unsafe try Archive(LibZipSink(write), path: path)
          for member in members { try archive.add(member, deflated: deflated, onBytes: onBytes) }
          return try archive.finish()
        }
      }
    }
    return try result.get()
  }

  @safe private final class Archive {
    private let sink: LibZipPort<LibZipSink>
    private let path: String
    private var feeds: [LibZipPort<LibZipFeed>] = []
    private var handle: OpaquePointer?

    init(_ sink: LibZipSink, path: String) throws(CheckpointError) {
      self.sink = LibZipPort(sink)
      self.path = path
      var error = unsafe zip_error_t()
      unsafe zip_error_init(&error)
      defer { unsafe zip_error_fini(&error) }
      let made = unsafe self.sink.connect { callback, owner in
        unsafe zip_source_function_create(callback, owner, &error)
      }
      guard let source = unsafe made else {
        throw CheckpointError(.unwritable, "libzip has no memory for an archive", at: .init(file: path))
      }
      unsafe handle = unsafe zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error)
      if unsafe handle == nil {
        unsafe zip_source_free(source)
        throw CheckpointError(.unwritable, "libzip cannot begin an archive", at: .init(file: path))
      }
    }

    deinit {
      if let handle = unsafe handle { unsafe zip_discard(handle) }
    }

    func add(
      _ member: PlannedArchive.Member, deflated: Bool, onBytes: @escaping (Int) -> Void
    ) throws(CheckpointError) {
      guard let name = member.name.string else {
        throw CheckpointError(
          .unrepresentable, "its name has lone surrogates, which a zip archive cannot hold",
          at: .init(member: member.name))
      }
      let feed = LibZipPort(LibZipFeed(member.bytes, beside: path, onBytes: onBytes))
      let made = unsafe feed.connect { callback, owner in unsafe zip_source_function(handle, callback, owner)
      }
      guard let source = unsafe made else { throw failure.at(member: member.name) }
      let index = unsafe zip_file_add(handle, name, source, UInt32(ZIP_FL_ENC_UTF_8))
      guard index >= 0 else {
        unsafe zip_source_free(source)
        throw failure.at(member: member.name)
      }
      feeds.append(feed)
      let method = deflated ? ZIP_CM_DEFLATE : ZIP_CM_STORE
      let january1980: UInt16 = 1 << 5 | 1
      guard unsafe zip_set_file_compression(handle, UInt64(index), method, 0) == 0,
        unsafe zip_file_set_dostime(handle, UInt64(index), 0, january1980, 0) == 0
      else { throw failure.at(member: member.name) }
    }

    /// Writes everything: only now does libzip ask for bytes.
    func finish() throws(CheckpointError) -> Int {
      guard unsafe zip_close(handle) == 0 else { throw failure }
      unsafe handle = nil
      return sink.source.end
    }

    private var failure: CheckpointError {
      if let error = sink.error ?? feeds.lazy.compactMap(\.error).first { return error }
      let why = unsafe zip_strerror(handle).map { unsafe String(cString: $0) } ?? "unknown error"
      return CheckpointError(.unwritable, "libzip cannot write this: \(why)", at: .init(file: path))
    }
  }
}
