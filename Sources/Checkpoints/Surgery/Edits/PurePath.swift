// SPDX-License-Identifier: Apache-2.0

/// The text of a pathlib path, made of the arguments that its pickle carries: `str(PurePosixPath(*arguments))` or
/// `str(PureWindowsPath(*arguments))` of Python 3.13.
///
/// Up to Python 3.12 a pickle carries the parts of the path, from 3.13 on the arguments as they were given, so that
/// they must be joined as `os.path.join` does: a later root or drive replaces what stands before it.
enum PurePath: Sendable {
  case posix
  case windows

  /// Nil for what is no class of pathlib's.
  init?(_ name: GlobalName) {
    // Python 3.13 alone pickles the module's inner name; `pathlib2` is Python 2's.
    guard ["pathlib", "pathlib._local", "pathlib2"].contains(name.module) else { return nil }
    switch name.name {
    case "PosixPath", "PurePosixPath", "Path", "PurePath": self = .posix
    case "WindowsPath", "PureWindowsPath": self = .windows
    default: return nil
    }
  }

  func text(of arguments: [Text]) -> Text {
    let arguments = arguments.map(CodePoints.init)
    let whole = arguments.isEmpty ? [] : join(arguments.map(\.values))
    let text = self == .posix ? posixText(whole) : windowsText(whole)
    return CodePoints(values: text.isEmpty ? [Self.dot] : text).text
  }

  private typealias Path = [UInt32]

  private static let slash: UInt32 = 0x2F
  private static let backslash: UInt32 = 0x5C
  private static let colon: UInt32 = 0x3A
  private static let dot: UInt32 = 0x2E

  private func join(_ arguments: [Path]) -> Path {
    guard arguments.count > 1 else { return arguments[0] }
    return self == .posix ? Self.joinPosix(arguments) : Self.joinWindows(arguments)
  }

  private static func joinPosix(_ arguments: [Path]) -> Path {
    var path = arguments[0]
    for next in arguments.dropFirst() {
      if next.first == slash || path.isEmpty {
        path = next
      } else {
        if path.last != slash { path.append(slash) }
        path += next
      }
    }
    return path
  }

  private static func joinWindows(_ arguments: [Path]) -> Path {
    var path = WindowsParts(arguments[0])
    for argument in arguments.dropFirst() {
      let next = WindowsParts(argument)
      if !next.root.isEmpty {
        let drive = next.drive.isEmpty ? path.drive : next.drive
        path = WindowsParts(drive: drive, root: next.root, tail: next.tail)
        continue
      }
      if !next.drive.isEmpty, next.drive != path.drive {
        guard CodePoints.lowercased(next.drive) == CodePoints.lowercased(path.drive) else {
          path = next
          continue
        }
        // The same drive in other letters.
        path.drive = next.drive
      }
      if let last = path.tail.last, !isSeparator(last) { path.tail.append(backslash) }
      path.tail += next.tail
    }
    // A server's share and a path need something between them.
    if !path.tail.isEmpty, path.root.isEmpty, let last = path.drive.last, last != colon, !isSeparator(last) {
      return path.drive + [backslash] + path.tail
    }
    return path.drive + path.root + path.tail
  }

  private static func isSeparator(_ value: UInt32) -> Bool { value == slash || value == backslash }

  /// A path's names: no empty ones, no `.`.
  private static func names(_ tail: Path, _ separator: UInt32) -> [Path] {
    tail.split(separator: separator).map(Path.init).filter { $0 != [dot] }
  }

  private func posixText(_ path: Path) -> Path {
    let slashes = path.prefix { $0 == Self.slash }.count
    // Two slashes are a root of their own, three or more are one.
    let root = [UInt32](repeating: Self.slash, count: slashes == 2 ? 2 : min(slashes, 1))
    return root + Self.names(path, Self.slash).joined(separator: [Self.slash])
  }

  private func windowsText(_ path: Path) -> Path {
    let separator = Self.backslash
    let parts = WindowsParts(path.map { $0 == Self.slash ? separator : $0 })
    var root = parts.root
    if root.isEmpty, parts.drive.first == separator, parts.drive.last != separator {
      let words = parts.drive.split(separator: separator, omittingEmptySubsequences: false).map(Path.init)
      let host = words.count > 2 ? words[2] : []
      // Python asks whether the name is a part of the text `?.`.
      let isDevice = [[], [0x3F], [Self.dot], [0x3F, Self.dot]].contains(host)
      // `\\server\share` and `\\?\UNC\server\share` have a root.
      if (words.count == 4 && !isDevice) || words.count == 6 { root = [separator] }
    }
    var names = Self.names(parts.tail, separator)
    // A name that looks like a drive needs something before it.
    if parts.drive.isEmpty, root.isEmpty, let first = names.first, first.count > 1, first[1] == Self.colon {
      names.insert([Self.dot], at: 0)
    }
    return parts.drive + root + names.joined(separator: [separator])
  }

  /// What `ntpath.splitroot` makes of a path: `C:` or `\\server\share`, a separator or nothing, and the rest.
  private struct WindowsParts {
    var drive: Path
    var root: Path
    var tail: Path

    init(drive: Path, root: Path, tail: Path) {
      self.drive = drive
      self.root = root
      self.tail = tail
    }

    init(_ path: Path) {
      func isSeparator(at index: Int) -> Bool { index < path.count && PurePath.isSeparator(path[index]) }
      func separator(from start: Int) -> Int? {
        (start..<max(start, path.count)).first { PurePath.isSeparator(path[$0]) }
      }
      func cut(_ drive: Int, _ root: Int) -> Self {
        Self(
          drive: Path(path[..<drive]), root: Path(path[drive..<drive + root]),
          tail: Path(path[(drive + root)...]))
      }
      if isSeparator(at: 0), isSeparator(at: 1) {
        // `\\server\share`, or `\\?\UNC\server\share`, up to the separator behind it.
        guard let first = separator(from: Self.isLongUNC(path) ? 8 : 2),
          let second = separator(from: first + 1)
        else {
          self = cut(path.count, 0)
          return
        }
        self = cut(second, 1)
      } else if isSeparator(at: 0) {
        self = cut(0, 1)
      } else if path.count > 1, path[1] == PurePath.colon {
        self = cut(2, isSeparator(at: 2) ? 1 : 0)
      } else {
        self = cut(0, 0)
      }
    }

    private static func isLongUNC(_ path: Path) -> Bool {
      let prefix = path.prefix(8).map { PurePath.isSeparator($0) ? PurePath.backslash : $0 }
      return CodePoints.uppercased(prefix) == Array(#"\\?\UNC\"#.unicodeScalars.map(\.value))
    }
  }
}
