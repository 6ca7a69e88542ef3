// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc
import TestSupport
import Testing

@Suite struct InputFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(_ bytes: [UInt8], _ name: String = "file") throws -> String {
    try File.write(bytes, to: folder(name))
    return folder(name)
  }

  /// The message without the temporary folder's name.
  private func message(_ path: String) -> String {
    do throws(CheckpointError) { _ = try InputFile(path: path) } catch {
      #expect(error.code == .unreadable)
      return error.reason
    }
    return "opened"
  }

  @Test func `what cannot be read is named`() throws {
    #expect(message(folder("absent")) == "cannot open: No such file or directory")
    #expect(message(folder("a/b")) == "cannot open: No such file or directory")
    #expect(message(folder.path) == "this is a folder, not a file")
    #expect(message("") == "the path is empty")
    #expect(message("a\0b") == "the path holds a NUL character")
    #expect(unsafe mkfifo(folder("pipe"), 0o600) == 0)
    #expect(
      message(folder("pipe")) == "this is not a regular file (a pipe or device cannot be read at offsets)")
    #expect(message("/dev/null") == "this is not a regular file (a pipe or device cannot be read at offsets)")
    #expect(message(try file([]) + "/x") == "cannot open: Not a directory")
  }

  @Test func `ranges are read exactly`() throws {
    let input = try InputFile(path: file(Array(0..<100)))
    #expect(input.size == 100)
    #expect(try input.read(0..<100) == Array(0..<100))
    #expect(try input.read(99..<100) == [99])
    #expect(try input.read(100..<100) == [])
    var buffer = [UInt8](repeating: 7, count: 4)
    try input.read(at: 10, into: &buffer, count: 3)
    #expect(buffer == [10, 11, 12, 7])
  }

  @Test(arguments: [99..<101, 101..<101, 101..<102, -1..<3, 0..<Int.max])
  func `ranges beyond the file are refused`(range: Range<Int>) throws {
    let input = try InputFile(path: file(Array(0..<100)))
    #expect(throws: CheckpointError(.corrupt, "")) { try input.read(range) }
  }

  @Test func `it is equal to itself alone`() throws {
    let path = try file([1])
    let one = try InputFile(path: path)
    let other = try InputFile(path: path)
    #expect(one == one)
    #expect(one != other)
    #expect(one.status == other.status)
  }

  @Test func `a change is noticed`() throws {
    let path = try file([1, 2, 3])
    let input = try InputFile(path: path)
    try input.checkUnchanged()
    try File.write([1, 2, 3, 4], to: path)
    #expect(throws: CheckpointError(.inputChanged, "")) { try input.checkUnchanged() }
    #expect(unsafe truncate(path, 1) == 0)
    // What was there at opening is not any more: an error, never a signal.
    #expect(throws: CheckpointError(.inputChanged, "")) { try input.read(0..<3) }
  }

  @Test func `a change that keeps the size is noticed`() throws {
    let path = try file([1, 2, 3])
    let input = try InputFile(path: path)
    let times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 1)]
    #expect(unsafe utimensat(AT_FDCWD, path, times, 0) == 0)
    #expect(throws: CheckpointError(.inputChanged, "")) { try input.checkUnchanged() }
  }

  @Test func `a file that is replaced stays readable`() throws {
    let path = try file([1, 2, 3])
    let input = try InputFile(path: path)
    let new = try file([9], "new")
    #expect(unsafe rename(new, path) == 0)
    try input.checkUnchanged()
    #expect(try input.read(0..<3) == [1, 2, 3])
  }

  @Test func `a part of a file is read as a file, and so is a part of that`() throws {
    let input = try InputFile(path: file(Array(0..<100)))
    let part = try InputFile(10..<60, of: input)
    #expect(part.size == 50)
    #expect(try part.read(0..<3) == [10, 11, 12])
    #expect(throws: CheckpointError(.corrupt, "")) { try part.read(49..<51) }
    #expect(throws: CheckpointError(.corrupt, "")) { try InputFile(90..<101, of: input) }
    let inner = try InputFile(5..<9, of: part)
    #expect(try inner.read(0..<4) == [15, 16, 17, 18])
    #expect(inner.whole == input)
    guard case .file(let whole, let range, _) = ByteSource.file(inner, 1..<3, crc32: nil).ofWholeFile else {
      throw CheckpointError(.corrupt, "")
    }
    #expect(whole == input && range == 16..<18)
    let folder = try TemporaryFolder()
    let output = try OutputFile(folder("out"), replacing: false, inputs: [])
    try output.copy(inner, 1..<4, to: 0)
    try output.commit()
    #expect(try File.bytes(at: folder("out")) == [16, 17, 18])
  }
}
