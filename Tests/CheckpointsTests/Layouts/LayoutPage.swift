// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// What the page of a layout promises: a file of the layout in short, and the recipe that strips it.
///
/// The block is fenced as `file`, one line a part of it: `a/b.c` is a tensor under the key `b.c` of the state dict `a`,
/// `a = 3`, `a = "text"` and `a = {}` are values, `a/b.* = NAME` is the keys and shapes of `fixtures/golden/keys/NAME.tsv`, each
/// after `b.`. What stands behind `#` names a sign: without all lines of one sign the file is not of this layout.
struct LayoutPage {
  private struct Line {
    var path: [Text]
    var value: Substring?
    var sign: String?

    init(_ text: Substring) {
      let parts = text.split(separator: "#", maxSplits: 1)
      sign = parts.count == 2 ? parts[1].trimming : nil
      let sides = parts[0].split(separator: "=", maxSplits: 1)
      path = Text(sides[0].trimming).split("/")
      value = sides.count == 2 ? Substring(sides[1].trimming) : nil
    }
  }

  private let lines: [Line]
  /// The first block after the file.
  let recipe: String

  /// - Parameter text: the page.
  init(_ text: String) throws {
    let (_, rest) = try Self.block(after: "```file\n", in: Substring(text))
    lines = try Self.block(after: "```file\n", in: Substring(text)).inside
      .split(separator: "\n").map(Line.init)
    recipe = String(try Self.block(after: "```\n", in: rest).inside)
  }

  private static func block(
    after fence: String, in text: Substring
  ) throws -> (inside: Substring, rest: Substring) {
    let start = try #require(text.firstRange(of: fence), "there is no block \(fence)")
    let end = try #require(text[start.upperBound...].firstRange(of: "\n```"))
    return (text[start.upperBound..<end.lowerBound], text[end.upperBound...])
  }

  /// Each once, in order.
  var signs: [String] { Array(OrderedSet(lines.compactMap(\.sign))) }

  /// The file, or what it is without a sign.
  func document(without sign: String? = nil) throws -> Document {
    var builder = SampleBuilder()
    let kept = lines.filter { sign == nil || $0.sign != sign }
    let root = try Self.add(kept.map { ($0.path[...], $0.value) }, to: &builder)
    builder.document.root = root
    StateDictFinder.run(on: &builder.document)
    return builder.document
  }

  private static func add(
    _ lines: [(path: ArraySlice<Text>, value: Substring?)], to builder: inout SampleBuilder
  ) throws -> NodeID {
    var entries: OrderedDictionary<Text, NodeID> = [:]
    for (name, below) in OrderedDictionary(grouping: lines, by: { $0.path.first ?? "" }) {
      guard below[0].path.count == 1 else {
        entries[name] = try add(below.map { ($0.path.dropFirst(), $0.value) }, to: &builder)
        continue
      }
      guard name.hasSuffix("*") else {
        entries[name] = builder.add(try sample(below[0].value))
        continue
      }
      for entry in try KeyList(String(try #require(below[0].value))).entries {
        entries[name.dropLast() + entry.key] = builder.add(.tensor(entry.shape, entry.dtype))
      }
    }
    let mapping = Mapping(
      kind: .dict,
      entries: entries.map { .init(key: builder.document.add(.string($0.key)), value: $0.value) })
    return builder.document.add(.mapping(mapping))
  }

  private static func sample(_ value: Substring?) throws -> Sample {
    guard let value else { return .tensor([2]) }
    if value == "{}" { return .dict([:]) }
    if value.hasPrefix("\"") { return .string(Text(String(value.dropFirst().dropLast()))) }
    return .int(try #require(Int64(value), "\(value)"))
  }
}

extension Substring {
  fileprivate var trimming: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
