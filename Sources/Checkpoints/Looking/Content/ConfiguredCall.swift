// SPDX-License-Identifier: Apache-2.0

/// Names in settings that Hydra calls: what stands under `_target_`. Nearly all are a project's own classes; those that are
/// known to be dangerous are told.
enum ConfiguredCall {
  private static let key = Array("_target_".utf8)
  private static let most = 100

  static func findings(_ text: [UInt8]) -> [PlainWords.Found] {
    var found: [PlainWords.Found] = []
    var start = 0
    while found.count < most,
      let range = Bytes.firstRange(of: key.span, in: text.span.extracting(start..<text.count))
    {
      start += range.upperBound
      // Quotes, a colon, the name.
      let rest = text[start...].prefix(512).drop { "\"' :\t".utf8.contains($0) }
      let name = Text(part: rest.prefix { !"\"' ,}\t\r\n#".utf8.contains($0) })
      let parts = name.split(".")
      guard parts.count > 1, let last = parts.last else { continue }
      let global = GlobalName(parts.dropLast().joined(separator: "."), last)
      guard GlobalVerdict(global) == .dangerous else { continue }
      found.append(
        .init(verdict: .dangerous, message: "Hydra would call `\(name)`, which stands under `_target_`"))
    }
    return found
  }
}
