// SPDX-License-Identifier: Apache-2.0

extension StringProtocol {
  /// What follows a prefix, compared byte by byte: a key is no text in a language. Nil without the prefix, or
  /// where nothing follows it.
  func rest(after prefix: some StringProtocol) -> SubSequence? {
    guard utf8.count > prefix.utf8.count, utf8.starts(with: prefix.utf8) else { return nil }
    return self[utf8.index(startIndex, offsetBy: prefix.utf8.count)...]
  }
}
