// SPDX-License-Identifier: Apache-2.0

extension JSONText {
  /// A listing as the same JSON, byte for byte, handed out in parts: a million tensors never stand in memory as text.
  public static func write(
    _ listing: Listing, _ body: (String) throws -> Void
  ) throws {
    var head = listing
    head.tensors = []
    head.values = []
    let frame = try of(head)
    let (tensors, values) = (#""tensors":["#, #","values":["#)
    // Sorted keys: these two come last, and `]` and `}` follow each.
    let end = "]" + values + "]}\n"
    guard frame.hasSuffix(tensors + end) else { return try body(try of(listing)) }
    try body(String(frame.dropLast(end.utf8.count)))
    try writeItems(listing.tensors, body)
    try body("]" + values)
    try writeItems(listing.values, body)
    try body("]}\n")
  }

  private static func writeItems(
    _ items: [some Encodable], _ body: (String) throws -> Void
  ) throws {
    for start in stride(from: 0, to: items.count, by: 4096) {
      let text = try of(Array(items[start..<min(start + 4096, items.count)]))
      // Without the brackets and the newline.
      try body((start > 0 ? "," : "") + text.dropFirst().dropLast(2))
    }
  }
}
