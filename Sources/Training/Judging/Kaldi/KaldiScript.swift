// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Kaldi's script files: `<key> <archive>:<offset>` a line (kaldi-asr.org/doc/io.html).
struct KaldiScript {
  struct Line {
    var key: Text
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
      var lines: [Line] = []
      for line in try TextFile(path: path, limit: 1 << 32).lines where !line.stripped.isEmpty {
        do throws(CheckpointError) {
          lines.append(try Self.parse(line))
        } catch { throw error.at(member: "line \(line.number)") }
      }
      self.lines = lines
    } catch { throw error.at(file: path) }
  }

  /// A key, and behind white space, as Python's `split(None, 1)` has it, the place.
  private static func parse(_ line: TextFile.Line) throws(CheckpointError) -> Line {
    guard let key = line.fields.first, line.fields.count > 1 else {
      throw CheckpointError(.corrupt, "a line of a script file is `<key> <archive>:<offset>`")
    }
    let rest = line.stripped
    let place = Text(part: PythonSpace.stripped(rest.bytes[key.count...]))
    let last = place.bytes.last
    guard last != UInt8(ascii: "|"), last != UInt8(ascii: "]") else {
      throw CheckpointError(
        .unsupported,
        last == UInt8(ascii: "|") ? "a command is never run" : "a range of a matrix is not read",
        at: .init(key: key.shown), hint: "write a plain archive first, with `copy-matrix`")
    }
    guard place.contains(":"), let offset = Int(place.suffix(after: ":").shown), offset >= 0 else {
      // A file that holds one matrix alone.
      return Line(key: key, path: place.shown, offset: 0, number: line.number)
    }
    let end = place.count - place.suffix(after: ":").count - 1
    return Line(key: key, path: place[0..<end].shown, offset: offset, number: line.number)
  }

  /// The archives that lines point to, each once, as they are opened.
  var archives: [String] {
    var seen: Set<Text> = []
    return lines.map(\.path).filter { seen.insert(Text($0)).inserted }.map(resolve)
  }

  /// Gives every matrix or vector that the lines point to, in order, its rows joined.
  ///
  /// A path is taken as Kaldi takes it, from the working directory; where nothing lies there, from the script's folder.
  func forEachEntry(
    _ body: (_ key: Text, [Float]) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    var open: [Text: InputFile] = [:]
    for line in lines {
      let archive = resolve(line.path)
      let name = Text(archive)
      do throws(CheckpointError) {
        let file: InputFile
        if let known = open[name] {
          file = known
        } else {
          // A process may not have very many files open.
          if open.count >= Self.mostOpen { open = [:] }
          file = try InputFile(path: archive)
          open[name] = file
        }
        try body(line.key, try KaldiArchive.values(of: file, at: line.offset))
      } catch {
        // The line is what can be mended; the archive is named beside it.
        throw CheckpointError(
          error.code, "`\(archive)`: \(error.reason)",
          at: .init(
            file: path, member: "line \(line.number)", byte: error.location.byte, key: line.key.shown),
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
