// SPDX-License-Identifier: Apache-2.0

/// Paths as text: what the data folders need of them. Cut by bytes, as file systems know them: to Swift a slash with an
/// accent after it is no slash.
package enum FilePath {
  private static let slash = UInt8(ascii: "/")
  private static let dot = UInt8(ascii: ".")

  /// `name` inside `folder`; an absolute name stands for itself.
  package static func join(_ folder: String, _ name: String) -> String {
    if name.utf8.first == slash || folder.isEmpty { return name }
    return folder.utf8.last == slash ? folder + name : folder + "/" + name
  }

  /// What comes before the last slash; empty where there is none.
  package static func folder(of path: String) -> String {
    let bytes = path.utf8
    guard let end = bytes.lastIndex(of: slash) else { return "" }
    return end == bytes.startIndex ? "/" : String(path[..<end])
  }

  /// The last component.
  package static func name(of path: String) -> String {
    let bytes = path.utf8
    return String(path[(bytes.lastIndex(of: slash).map(bytes.index(after:)) ?? bytes.startIndex)...])
  }

  /// The last component without its last suffix: `a/b.c.wav` has the stem `b.c`.
  package static func stem(of path: String) -> String {
    let name = name(of: path)
    guard let end = name.utf8.lastIndex(of: dot), end != name.startIndex else { return name }
    return String(name[..<end])
  }

  /// The last suffix in lower case, without its dot; empty where there is none.
  package static func suffix(of path: String) -> String {
    let name = name(of: path)
    guard let end = name.utf8.lastIndex(of: dot), end != name.startIndex else { return "" }
    return name[name.utf8.index(after: end)...].lowercased()
  }
}
