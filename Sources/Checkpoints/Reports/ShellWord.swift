// SPDX-License-Identifier: Apache-2.0

/// Names as they can be pasted into a shell: they come from files, and may hold anything.
enum ShellWord {
  /// - Parameter always: in quotes also where a shell would take it as it stands.
  static func quoted(_ word: String, always: Bool = false) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "_-./+:@,".utf8.contains(byte)
    }
    if isPlain, !always, !word.isEmpty, !word.hasPrefix("-") { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  /// A path as a command takes it, also one that looks like an option.
  static func path(_ path: String) -> String { quoted(path.hasPrefix("-") ? "./" + path : path) }
}
