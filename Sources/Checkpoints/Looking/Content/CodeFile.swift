// SPDX-License-Identifier: Apache-2.0

/// Libraries and programs, told by their first bytes.
enum CodeFile {
  static func words(_ start: [UInt8]) -> String? {
    if let found = magics.first(where: { start.starts(with: $0.magic) }) { return found.words }
    // `MZ`, then the place of `PE`.
    if start.count >= 64, start.starts(with: "MZ".utf8) { return "a program or library of Windows" }
    // A number between those of Python 3.0 and, far ahead, 4.0, then CR LF.
    if start.count >= 16, (0x0B...0x0F).contains(start[1]), start[2] == 0x0D, start[3] == 0x0A {
      return "compiled Python"
    }
    return nil
  }

  private static let magics: [(words: String, magic: [UInt8])] = [
    ("a program or library of Unix (ELF)", [0x7F, 0x45, 0x4C, 0x46]),
    ("a program or library of macOS", [0xFE, 0xED, 0xFA, 0xCE]),
    ("a program or library of macOS", [0xFE, 0xED, 0xFA, 0xCF]),
    ("a program or library of macOS", [0xCE, 0xFA, 0xED, 0xFE]),
    ("a program or library of macOS", [0xCF, 0xFA, 0xED, 0xFE]),
    ("a library of macOS or a class of Java", [0xCA, 0xFE, 0xBA, 0xBE]),
    ("a module of WebAssembly", [0, 0x61, 0x73, 0x6D]),
  ]
}
