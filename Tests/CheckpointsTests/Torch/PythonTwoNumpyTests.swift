// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import TestSupport
import Testing

@testable import Checkpoints

/// numpy values that Python 2 pickled, of which the bytes look like text wherever they are UTF-8.
@Suite struct PythonTwoNumpyTests {
  private enum Part: Decodable {
    case text(String)
    case sizes([Int])
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self = .text(text)
      } else {
        self = .sizes(try container.decode([Int].self))
      }
    }

    var shown: String {
      switch self {
      case .text(let text): text
      case .sizes(let sizes): "\(sizes)"
      }
    }
  }

  private struct Expected: Decodable {
    var pickles: [String: String]
    var expected: [String: [Part]]
  }

  private static func document(_ pickle: [UInt8]) throws -> Document {
    var decoder = TorchDecoder(try PickleMachine.run(pickle), at: .init(file: "a")) {
      key throws(CheckpointError) in
      throw CheckpointError(.corrupt, "there is no storage \(key)")
    }
    return try decoder.decode()
  }

  /// A value as `fixtures/python2/make.py` shows it.
  private static func shown(_ id: NodeID, _ document: Document) throws -> [String] {
    func bits(_ value: Double) -> String {
      (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (56 - 8 * UInt64($0))) }.hexadecimal
    }
    switch document[id] {
    case .bool(let value): return ["bool", value ? "True" : "False"]
    case .int(let value): return ["int", "\(value)"]
    case .long(let bytes):
      #expect(bytes == [UInt8](repeating: 0xFF, count: 8) + [0])
      return ["int", "18446744073709551615"]
    case .float(let value): return ["float", bits(value)]
    case .object(let object):
      guard document.className(of: object) == "builtins.complex", let arguments = object.arguments,
        case .tuple(let parts) = document[arguments], parts.count == 2,
        case .float(let real) = document[parts[0]], case .float(let imaginary) = document[parts[1]]
      else { return ["left"] }
      return ["complex", bits(real) + bits(imaginary)]
    case .tensor(let tensor):
      var bytes: [UInt8] = []
      try RowMajorBytes(document[tensor.storage].bytes, tensor).forEachChunk(of: 0..<tensor.byteCount) {
        chunk throws(CheckpointError) in
        for index in 0..<chunk.byteCount {
          bytes.append(unsafe chunk.unsafeLoad(fromByteOffset: index, as: UInt8.self))
        }
      }
      return ["tensor", tensor.dtype.rawValue, "\(tensor.shape)", bytes.hexadecimal]
    default: return ["left"]
    }
  }

  @Test(arguments: ["0", "1", "2"]) func `plain takes Python 2's numpy values, text or not`(version: String)
    throws
  {
    let all = try JSONDecoder().decode(Expected.self, from: Data(Fixtures.bytes("python2/expected.json")))
    var document = try Self.document(try #require([UInt8](hexadecimal: all.pickles[version] ?? "-")))
    try document.edit("plain")
    let found = document.children(of: document.root)
    #expect(found.count == all.expected.count && found.count > 40)
    for child in found {
      let expected = try #require(all.expected[child.component.shown]).map(\.shown)
      #expect(try Self.shown(child.node, document) == expected, "\(child.component), protocol \(version)")
    }
  }

  @Test func `bytes of another size than the type's are no number`() throws {
    // numpy.core.multiarray.scalar(numpy.dtype('i8', 0, 1), 'abc')
    let pickle = "cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(S'i8'\nI0\nI1\ntRS'abc'\ntR."
    let document = try Self.document(Array(pickle.utf8))
    guard case .object = document[document.root] else {
      Issue.record("three bytes became a number of eight")
      return
    }
  }

  @Test func `text of which each character is a byte is taken as numpy takes it`() throws {
    // Protocol 2 with U+00C8 as two bytes of UTF-8, one of Latin-1.
    let pickle = "cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(S'u1'\nI0\nI1\ntRV\\u00c8\ntR."
    let document = try Self.document(Array(pickle.utf8))
    guard case .numpy(let value) = document[document.root] else {
      Issue.record("it is no number")
      return
    }
    #expect(value.bytes == [0xC8])
  }
}
