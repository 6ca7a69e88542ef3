// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Glibc

/// Descriptors that are written to at their own position: files that grow, pipes, the process's streams.
extension Kernel {
  /// Writes every byte at the descriptor's own position.
  package static func append(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ path: String
  ) throws(CheckpointError) {
    let error = unsafe send(bytes, to: descriptor)
    if error != 0 { throw failure(error, "write", path, .unwritable) }
  }

  /// Writes every byte to a stream of the process; false where its reader has gone.
  ///
  /// - Throws: `unwritable`, without a file: a stream has no name.
  package static func write(
    _ bytes: UnsafeRawBufferPointer, toStream descriptor: Int32
  ) throws(CheckpointError) -> Bool {
    let error = unsafe send(bytes, to: descriptor)
    if error == EPIPE { return false }
    if error != 0 { throw failure(error, "write", nil, .unwritable) }
    return true
  }

  /// Asks whether all that was written to a stream has arrived: some file systems report only at closing that it has not.
  package static func finish(stream descriptor: Int32) throws(CheckpointError) {
    let copy = dup(descriptor)
    guard copy != -1 else { return }
    let error = closing(copy)
    if error != 0 { throw failure(error, "write", nil, .unwritable) }
  }

  /// What a stream of the process is; nil where that cannot be told.
  static func status(ofStream descriptor: Int32) -> Status? {
    var buffer = stat()
    return outcome(.fstat) { unsafe fstat(descriptor, &buffer) }.error == 0 ? Status(buffer) : nil
  }

  /// 0, or `errno` of the write that failed.
  private static func send(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var done = 0
    while done < bytes.count {
      let (count, error) = outcome(.write) {
        unsafe Glibc.write(
          descriptor, bytes.baseAddress.map { unsafe $0 + done }, offered(bytes.count - done, to: .write))
      }
      switch error {
      case 0 where count == 0: return EIO
      case 0: done += count
      case EAGAIN:
        // Another process has made the pipe or terminal one that does not wait.
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&wanted, 1, -1)
      default: return error
      }
    }
    return 0
  }

  /// Opens the null device at those of the three streams that are closed, so that no file takes their place and gets what
  /// is said on them. They stay unusable: reading from 0 and writing to 1 and 2 fails.
  package static func occupyClosedStreams() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      // The lowest number that is free is taken, and those below are open by now.
      _ = unsafe Glibc.open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
  }

  /// A pipe whose reader goes away, and a file that grows beyond `ulimit -f`, are errors of the call and not the end of the
  /// process in the middle of its work.
  package static func haveWritesFailInPlaceOfSignals() {
    for number in [SIGPIPE, SIGXFSZ] { _ = signal(number, SIG_IGN) }
  }

  /// Ends the process without a word, as the signal does that comes where nobody reads any more.
  package static func endAsBrokenPipe() -> Never { resect_end_as_broken_pipe() }
}
