// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Headers that the reference reader (safetensors 0.8) refuses or accepts; `fixtures/safetensors/expected.json` has
/// its own word on each.
@Suite struct HeaderTests {
  /// A file of a header and a number of data bytes.
  static func file(_ header: String, data: Int = 0, claiming length: Int? = nil) -> [UInt8] {
    let text = Array(header.utf8)
    let count = length ?? text.count
    return (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + text
      + [UInt8](repeating: 7, count: data)
  }

  static func open(_ bytes: [UInt8]) throws -> Document {
    let folder = try TemporaryFolder()
    try File.write(bytes, to: folder("a.safetensors"))
    return try Checkpoint.open(folder("a.safetensors"))
  }

  struct Bad: Sendable {
    var header: String
    var data = 0
    var byte: Int?
    var key: Text?
    var reason: String
    init(_ header: String, data: Int = 0, byte: Int? = nil, key: Text? = nil, _ reason: String) {
      self.header = header
      self.data = data
      self.byte = byte
      self.key = key
      self.reason = reason
    }
  }

  static let tensor = #""a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#

  static let broken: [Bad] = [
    .init("{", byte: 9, "the header is broken: it ends where a string belongs"),
    .init("{}x", byte: 10, "the header is broken: `x` stands where its end belongs"),
    .init("{}\u{0}", byte: 10, "the header is broken: byte 0x00 stands where its end belongs"),
    .init(#"{"a"}"#, byte: 12, "the header is broken: `}` stands where `:` belongs"),
    .init(#"{"a\q":1}"#, byte: 12, "the header is broken: an unknown escape stands in a string"),
    .init(#"{"\ud800":1}"#, byte: 16, "the header is broken: half a surrogate pair stands in a string"),
    .init("{\"a\u{1}\":1}", byte: 11, "the header is broken: a control character stands in a string"),
    .init(#"{"a":[]}"#, byte: 9, key: "a", "its entry in the header is no object"),
    .init(#"{"a":{"dtype":"F32","shape":[2]}}"#, byte: 9, key: "a", "its entry has no `data_offsets`"),
    .init(#"{"a":{"shape":[2],"data_offsets":[0,8]}}"#, byte: 9, key: "a", "its entry has no `dtype`"),
    .init(#"{"a":{"dtype":"F32","dtype":"F32"}}"#, byte: 9, key: "a", "its entry has `dtype` twice"),
    .init(
      #"{"a":{"dtype":"f32","shape":[],"data_offsets":[0,4]}}"#, data: 4, byte: 9, key: "a",
      "its dtype `f32` is not known"),
    .init(
      #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, data: 8, byte: 37,
      "the header is broken: -2 stands where a whole number, 0 or more, belongs"),
    .init(
      #"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, data: 8, byte: 37,
      "the header is broken: 2.0 stands where a whole number, 0 or more, belongs"),
    .init(
      #"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}}"#, data: 8, byte: 37,
      "the header is broken: 9223372036854775808 is beyond 63 bits"),
    .init(
      #"{"a":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}"#, data: 8, byte: 37,
      "the header is broken: `0` stands where a whole number, 0 or more belongs"),
    .init(
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}"#, data: 8, byte: 9, key: "a",
      "its data_offsets [0, 8, 9] are not [begin, end]"),
    .init(
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, data: 8, byte: 9, key: "a",
      "its data_offsets [8, 0] are not [begin, end]"),
    .init(
      #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, data: 8, byte: 9, key: "a",
      "its shape [3] of F32 takes 12 bytes, its data_offsets [0, 8] span 8"),
    .init(
      #"{"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}"#, byte: 9, key: "a",
      "its shape [4294967296, 4294967296, 0] has more elements than 63 bits count"),
    .init(
      #"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}"#, byte: 9, key: "a",
      "its shape [4611686018427387904] has more bits than 63 bits count"),
    .init(
      #"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}"#, data: 2, byte: 9, key: "a",
      "3 values of 4 bits each do not fill whole bytes"),
    .init(
      "{\(tensor),\(tensor)}", data: 8, byte: 62, key: "a",
      "the header names it twice; other readers take the last one"),
    .init(
      #"{"__metadata__":{},"__metadata__":{}}"#, byte: 27, key: "__metadata__",
      "the header names it twice; other readers take the last one"),
    .init(
      #"{"__metadata__":{"x":"1","x":"2"}}"#, byte: 33, key: "__metadata__",
      "`__metadata__` has the key `x` twice"),
    .init(
      #"{"__metadata__":{"x":1}}"#, byte: 29, key: "__metadata__",
      "the header is broken: `__metadata__` has a value under `x` that is no text"),
    .init(
      "{\(tensor)}", data: 7, byte: 69,
      "the tensors take 8 bytes of data, but 7 follow the header: the file is cut off"),
    .init("{\(tensor)}", data: 9, byte: 70, "1 bytes follow the last tensor"),
    .init(
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}"#,
      data: 3, byte: 61, key: "b",
      "its data_offsets [2, 3] leave a hole behind those before it, which end at 1"),
    .init(
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#,
      data: 3, byte: 61, key: "b", "its data_offsets [1, 3] overlap those before it, which end at 2"),
  ]

  @Test(arguments: broken) func `each broken header is refused with its byte and key`(bad: Bad) throws {
    let error = #expect(throws: CheckpointError.self, "\(bad.header)") {
      try Self.open(Self.file(bad.header, data: bad.data))
    }
    #expect(error?.code == .corrupt)
    #expect(error?.reason == bad.reason, "\(bad.header)")
    #expect(error?.location.byte == bad.byte, "\(bad.header)")
    #expect(error?.location.key == bad.key, "\(bad.header)")
  }

  @Test(arguments: [
    ("{}", 0), ("{}      ", 0), (" \n\t{}\n", 0), (#"{"__metadata__":null}"#, 0),
    (#"{"__metadata__":{"a":"b"}}"#, 0), ("{\(tensor)}", 8),
    (#"{"a":{"data_offsets":[0,8],"more":[{"x":null}],"shape":[2],"dtype":"F32"}}"#, 8),
    (#"{"":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#, 4),
    (#"{"\u00e9\ud83d\ude00\n":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#, 4),
    (#"{"a":{"dtype":"I64","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}"#, 0),
    (
      #"{"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#,
      2
    ),
  ]) func `what the reference accepts is read`(header: String, data: Int) throws {
    _ = try Self.open(Self.file(header, data: data)).listing(hashing: true)
  }

  @Test func `lengths that lie are refused`() throws {
    let cut = #expect(throws: CheckpointError.self) { try Self.open(Self.file("{}", claiming: 3)) }
    #expect(cut?.reason == "the header claims 3 bytes, but 2 follow")
    let large = #expect(throws: CheckpointError.self) {
      try Self.open(Self.file("{}", claiming: 100_000_001))
    }
    #expect(large?.reason == "the header claims 100000001 bytes; safetensors allows 100000000")
    let deep = "{\"a\":{\"x\":" + String(repeating: "[", count: 200_000) + "}}"
    let error = #expect(throws: CheckpointError.self) { try Self.open(Self.file(deep)) }
    #expect(error?.reason == "the header is broken: it is nested more than 127 deep")
  }

  @Test func `types of six bits and F4 in odd numbers are no types of PyTorch's`() throws {
    for (header, data) in [
      (#"{"a":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[0,3]}}"#, 3),
      (#"{"a":{"dtype":"F4","shape":[2,1],"data_offsets":[0,1]}}"#, 1),
    ] {
      let error = #expect(throws: CheckpointError(.unsupported, "")) {
        try Self.open(Self.file(header, data: data))
      }
      #expect(error?.location.key == "a")
    }
  }

  @Test func `every prefix of a file is refused, and no changed byte crashes`() throws {
    let whole = try Fixtures.bytes("safetensors/small.safetensors")
    for count in 0..<whole.count {
      let error = #expect(throws: CheckpointError.self, "\(count)") { try Self.open(Array(whole[..<count])) }
      #expect([.corrupt, .unsupported].contains(error?.code), "\(count)")
    }
    var refused = 0
    for index in whole.indices {
      for bit in [0, 3, 6] {
        var changed = whole
        changed[index] ^= 1 << bit
        do { _ = try Self.open(changed).listing(hashing: true) } catch let error as CheckpointError {
          #expect([.corrupt, .unsupported].contains(error.code), "byte \(index), bit \(bit): \(error)")
          refused += 1
        }
      }
    }
    #expect(refused > 500)
  }
}
