// SPDX-License-Identifier: Apache-2.0

/// The word after `--shard-size`: bytes, with `KB`, `MB`, `GB`, `TB` in steps of 1000 or `KiB` to `TiB` in steps of
/// 1024.
package struct ShardSize: Hashable, Sendable {
  /// More than 0.
  package let bytes: Int

  /// Nil for anything that is no such size, or is 0.
  package init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text[digits.endIndex...].drop { $0 == " " }
    guard let number = Int(digits), number > 0, let factor = Self.units[unit.uppercased()] else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
    if overflow { return nil }
    self.bytes = bytes
  }

  private static let units = [
    "": 1, "B": 1, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
    "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40,
  ]
}
