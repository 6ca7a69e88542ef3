// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Configurations and 3D-Speaker's `CKPT.yaml` that stand for more than anyone has, under limits of processor seconds
/// and of memory.
@Suite struct HostileConfigurationTests {
  /// Nine aliases a line, each of the line before: 9^`depth` values in some 40 bytes a line.
  private static func aliases(_ depth: Int) -> String {
    var text = "a0: &a0 x\n"
    for level in 1...depth {
      let parts = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(parts)]\n"
    }
    return text
  }

  private static let texts: [(name: String, text: String)] = [
    ("aliases", aliases(30)),
    ("an alias of itself", "a: &a [*a, *a]\n"),
    (
      "merges of merges",
      (1...400).reduce("m0: &m0 {k: v}\n") { $0 + "m\($1): &m\($1) {<<: [*m\($1 - 1), *m\($1 - 1)]}\n" }
    ),
    ("deep lists", String(repeating: "[", count: 200_000)),
    ("deep maps", String(repeating: "{a: ", count: 200_000)),
    ("deep dashes", String(repeating: "- ", count: 200_000)),
    ("many keys", (0..<60_000).map { "k\($0): 1\n" }.joined()),
    ("directives", String(repeating: "%TAG !a! tag:x\n", count: 30_000) + "--- a\n"),
  ]

  @Test("a configuration that grows is answered in bounds", arguments: texts.map(\.name))
  func growingConfigurations(name: String) throws {
    let folder = try Shell.Folder()
    let text = try #require(Self.texts.first { $0.name == name }).text
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/c.yaml"))
    let checkpoint = folder.path + "/CKPT-EPOCH-1-00"
    try FileManager.default.createDirectory(atPath: checkpoint, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: checkpoint + "/CKPT.yaml"))
    let limits = "ulimit -t 10; ulimit -v 3145728;"
    for command in [
      "resect-train finetune --config c.yaml --data $FIXTURES/train/train.csv -o exp --dry-run",
      "resect-train spec --config c.yaml", "resect ls CKPT-EPOCH-1-00", "resect tree CKPT-EPOCH-1-00",
    ] {
      let step = try Shell.run("\(limits) \(command) | head -c 1000000", in: folder.path)
      let code = try Shell.run("\(limits) \(command) >out 2>err", in: folder.path).exitCode
      #expect((0...4).contains(code), "\(name): \(command): \(code)")
      #expect(step.errors.count < 40, "\(name): \(command)")
    }
  }
}
