// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing

/// Random programs, and what C's unpickler, `pickle.py` and PyTorch's `weights_only` one see in each
/// (`fixtures/unpickling/make.py`).
@Suite struct DifferentialTests {
  struct Program: Sendable {
    var bytes: [UInt8]
    /// What any reader asks for under any encoding.
    var names: [Name]
    /// What each reader of CPython sees, then PyTorch's.
    var seen: [Substring]

    init?(_ line: Substring) {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard parts.count == 7, let bytes = [UInt8](hexadecimal: String(parts[0])) else { return nil }
      self.bytes = bytes
      names = Name.all(in: parts[1])
      seen = parts[2...].map { $0 == "=" ? parts[2] : $0 }
    }

    /// Whether C's readers and `pickle.py` do not all see the same, or PyTorch's sees what none of them does.
    var divides: Bool {
      let (torch, others) = (seen[4], seen[..<4])
      if Set(others).count > 1 { return true }
      return !torch.hasSuffix("!") && !others.contains(torch)
    }
  }

  struct Name: Sendable {
    var module: [UInt8]
    var name: [UInt8]

    var global: GlobalName? {
      guard let module = Text(utf8: module), let name = Text(utf8: name) else { return nil }
      return GlobalName(module, name)
    }
    var isEncoded: Bool { (module + name).contains { $0 >= 0x80 } }
    var isComputed: Bool { [module, name].contains(Array("dyn".utf8)) }

    static func all(in list: Substring) -> [Name] {
      list.split(separator: ",").compactMap { word in
        let halves = word.split(separator: " ", omittingEmptySubsequences: false).map(unescaped)
        return halves.count == 2 ? Name(module: halves[0], name: halves[1]) : nil
      }
    }

    /// `%xx` is a byte.
    private static func unescaped(_ word: Substring) -> [UInt8] {
      var bytes: [UInt8] = []
      var rest = word.utf8[...]
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"),
          let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        {
          bytes.append(value)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      }
      return bytes
    }
  }

  static let programs: [Program] =
    ((try? Fixtures.text("unpickling/programs.tsv")) ?? "").split(separator: "\n").compactMap(Program.init)

  @Test func `the programs are there, and divide readers often enough`() {
    #expect(Self.programs.count == 500)
    #expect(Self.programs.count(where: \.divides) > 80)
  }

  @Test func `no name that any reader asks for is missed`() throws {
    for program in Self.programs {
      let found = PickleExamination(program.bytes)
      let named = Set(found.names.map(\.name))
      let oddities = Set(found.oddities.map(\.oddity))
      for name in program.names {
        let global = try #require(name.global)
        if named.contains(global) { continue }
        // What comes out of a call is written nowhere; what is beyond ASCII depends on an encoding.
        let isTold =
          name.isComputed && oddities.contains(.computedName)
          || name.isEncoded && oddities.contains(.readersDiffer(.encodedName))
        #expect(isTold, "\(global) in \(program.bytes.hexadecimal)")
      }
    }
  }

  @Test func `where readers do not see the same, that is told`() {
    for program in Self.programs where program.divides {
      let found = PickleExamination(program.bytes)
      let isTold = found.oddities.contains {
        if case .readersDiffer = $0.oddity { true } else { false }
      }
      #expect(isTold, "\(program.bytes.hexadecimal): \(program.seen): \(found.text)")
    }
  }

  /// Where only one way of reading is told of, some readers do see something else, or another version of C would.
  @Test func `where nothing is told, all see the same names`() {
    for program in Self.programs where !program.divides {
      let found = PickleExamination(program.bytes)
      let differences = found.oddities.filter {
        if case .readersDiffer = $0.oddity { true } else { false }
      }
      if differences.isEmpty { #expect(found.names.allSatisfy { !$0.isBehindFrame }) }
    }
  }
}
