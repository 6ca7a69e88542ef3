// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import TestSupport
import Testing

@testable import Checkpoints

/// Small files that try to pass a scanner by, each with the exact answer.
@Suite struct ScanAttackTests {
  /// The verdict, then findings and what was not examined, each with its place.
  static let expected: [String: [String]] =
    (try? JSONDecoder().decode(
      [String: [String]].self, from: Data(Fixtures.bytes("hostile/scan/expected.json")))) ?? [:]

  static func answer(_ path: String) -> [String] {
    let file = FileScan.report(of: [path]).files[0]
    func place(_ members: [Text]?, _ byte: Int?) -> String {
      (members ?? []).map { "\($0): " }.joined() + (byte.map { "byte \($0): " } ?? "")
    }
    return ["\(file.verdict.rawValue): \(file.forms.joined(separator: " "))"]
      + file.findings.map {
        "\($0.kind.rawValue) \($0.verdict.rawValue) \(place($0.members, $0.byte))\($0.message)"
      } + file.notExamined.map { "not examined \(place($0.members, $0.byte))\($0.message)" }
  }

  @Test func `every file has its answer`() throws {
    let names = try FolderFiles(below: Fixtures.path("hostile/scan")).members
      .compactMap { $0.path.split(separator: "/").last.map(String.init) }
    #expect(Set(names).subtracting(["make.py", "expected.json"]) == Set(Self.expected.keys))
    #expect(names.count > 150)
  }

  @Test(arguments: expected.keys.sorted())
  func `the answer is`(name: String) throws {
    #expect(Self.answer(try Fixtures.path("hostile/scan/" + name)) == Self.expected[name])
  }

  /// Whoever changes an answer cannot make a finding of what is kind, or none of what is not, without changing this too.
  @Test(arguments: expected.keys.sorted())
  func `what means harm is a finding, or is said not to be examined`(name: String) throws {
    let file = FileScan.report(of: [try Fixtures.path("hostile/scan/" + name)]).files[0]
    // Forms that are named, not unpacked; bytes that cannot be told.
    let named = [
      "bzip2.pkl.bz2", "xz.pkl.xz", "lzma.pkl.lzma", "zip-method-unknown.zip",
      "safetensors-bytes-follow.safetensors", "bytes-beside-storages.pth",
    ]
    if name.hasPrefix("kind-") {
      #expect(file.findings.isEmpty && file.notExamined.isEmpty)
    } else if named.contains(name) {
      #expect(file.findings.isEmpty && !file.notExamined.isEmpty)
    } else {
      #expect(!file.findings.isEmpty)
    }
  }
}
