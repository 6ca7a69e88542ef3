// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// A listing that is written in parts is, byte for byte, the one that is written at once.
@Suite struct ListingJSONTests {
  private func parts(_ listing: Listing) throws -> [String] {
    var parts: [String] = []
    try JSONText.write(listing) { parts.append($0) }
    return parts
  }

  private func value(_ path: Text, _ value: JSONValue) -> Listing.Value {
    .init(path: path, type: "str", value: value)
  }

  private func tensor(_ path: Text) -> Listing.Tensor {
    .init(
      path,
      TensorRecord(dtype: .float32, shape: [2], storage: StorageID(0)), storage: "0")
  }

  @Test func `parts join to the same bytes`() throws {
    var listing = Listing(file: "a \"b\"\n\u{1}.pt", format: "torch")
    #expect(try parts(listing).joined() == JSONText.of(listing))
    listing.notes = [#"a note with "tensors":[],"values":[]}"#]
    listing.values = [value("v", .string("x"))]
    #expect(try parts(listing).joined() == JSONText.of(listing))
    listing.tensors = [tensor("w")]
    #expect(try parts(listing).joined() == JSONText.of(listing))
    listing.values = []
    #expect(try parts(listing).joined() == JSONText.of(listing))
  }

  @Test func `names that Swift calls equal, controls and lone surrogates come out alike`() throws {
    let surrogate = try #require(Text(utf8: [0x61, 0xED, 0xA0, 0x80]))
    var listing = Listing(file: "a.pt", format: "torch")
    listing.tensors = ["\u{e9}", "e\u{301}", "\u{301}", "\r\n", "]", surrogate].map { tensor($0) }
    listing.values = [
      value("\u{301}", .object(["e\u{301}": .int(1), "\u{e9}": .double(0.5), surrogate: .null])),
      value(surrogate, .array([.double(.nan), .bool(true), .string(surrogate)])),
    ]
    #expect(try Array(parts(listing).joined().utf8) == Array(JSONText.of(listing).utf8))
  }

  @Test func `ten thousand tensors and values come in parts`() throws {
    var listing = Listing(file: "a.pt", format: "torch")
    listing.tensors = (0..<10_000).map { tensor("w.\($0)") }
    listing.values = (0..<8192).map { value("v.\($0)", .int(Int64($0))) }
    let parts = try parts(listing)
    #expect(parts.count > 5)
    #expect(try parts.joined() == JSONText.of(listing))
  }
}
