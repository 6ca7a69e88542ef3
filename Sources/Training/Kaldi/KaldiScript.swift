// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Kaldi's script files: `<key> <archive>:<offset>` a line (kaldi-asr.org/doc/io.html).
struct KaldiScript {
  struct Line {
    var key: String
    var path: String
    var offset: Int
    /// Counted from 1.
    var number: Int
  }

  private static let mostOpen = 64
  private let lines: [Line]
  private let path: String

  /// - Throws: `corrupt`, with the line; `unsupported` for commands, which are never run, and for ranges.
  init(_ path: String) throws(CheckpointError) {
    self.path = path
    do throws(CheckpointError) {
      let bytes = try FileSystem.bytes(of: path, limit: 1 << 32)
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw CheckpointError(.corrupt, "the script file is not UTF-8 text")
      }
      var lines: [Line] = []
      for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        .enumerated() where !line.allSatisfy(\.isWhitespace)
      {
        do throws(CheckpointError) {
          lines.append(try Self.parse(line, number: index + 1))
        } catch { throw error.at(member: "line \(index + 1)") }
      }
      self.lines = lines
    } catch { throw error.at(file: path) }
  }

  private static func parse(_ line: Substring, number: Int) throws(CheckpointError) -> Line {
    let parts = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
    guard parts.count == 2 else {
      throw CheckpointError(.corrupt, "a line of a script file is `<key> <archive>:<offset>`")
    }
    var place = parts[1].drop(while: \.isWhitespace)
    while place.last?.isWhitespace == true { place.removeLast() }
    guard place.last != "|", place.last != "]" else {
      throw CheckpointError(
        .unsupported, place.last == "|" ? "a command is never run" : "a range of a matrix is not read",
        at: .init(key: String(parts[0])), hint: "write a plain archive first, with `copy-matrix`")
    }
    guard let colon = place.lastIndex(of: ":"), let offset = Int(place[place.index(after: colon)...]),
      offset >= 0
    else {
      // A file that holds one matrix alone.
      return Line(key: String(parts[0]), path: String(place), offset: 0, number: number)
    }
    return Line(key: String(parts[0]), path: String(place[..<colon]), offset: offset, number: number)
  }

  /// Gives every matrix or vector that the lines point to, in order, its rows joined.
  ///
  /// A path is taken as Kaldi takes it, from the working directory; where nothing lies there, from the script's folder.
  func forEachEntry(
    _ body: (_ key: String, [Float]) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var open: [String: InputFile] = [:]
    for line in lines {
      let archive = resolve(line.path)
      do throws(CheckpointError) {
        let file: InputFile
        if let known = open[archive] {
          file = known
        } else {
          // A process may not have very many files open.
          if open.count >= Self.mostOpen { open = [:] }
          file = try InputFile(path: archive)
          open[archive] = file
        }
        try body(line.key, try KaldiArchive.values(of: file, at: line.offset))
      } catch {
        // The line is what can be mended; the archive is named beside it.
        throw CheckpointError(
          error.code, "`\(archive)`: \(error.reason)",
          at: .init(file: path, member: "line \(line.number)", byte: error.location.byte, key: line.key),
          hint: error.hint)
      }
    }
  }

  private func resolve(_ name: String) -> String {
    if FileSystem.kind(of: name) != .absent { return name }
    let beside = FilePath.join(FilePath.folder(of: path), name)
    return FileSystem.kind(of: beside) == .absent ? name : beside
  }
}
