// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

struct PatternTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var pattern: Text
    var text: Text
    var captures: [Text?]?
    var testDescription: String { "\(pattern) on \(text)" }
  }

  static let cases: [Case] = [
    .init(pattern: "fc.weight", text: "fc.weight", captures: []),
    .init(pattern: "fc.weight", text: "fc.weights", captures: nil),
    .init(pattern: "fc.weight", text: "xfc.weight", captures: nil),
    .init(pattern: "*", text: "fc", captures: ["fc"]),
    .init(pattern: "*", text: "fc.weight", captures: nil),
    .init(pattern: "*.weight", text: "fc.weight", captures: ["fc"]),
    .init(pattern: "*.weight", text: "a.fc.weight", captures: nil),
    .init(pattern: "**", text: "a.b.c", captures: ["a.b.c"]),
    .init(pattern: "**", text: "a/b", captures: nil),
    .init(pattern: "fc.**", text: "fc.conv.weight", captures: ["conv.weight"]),
    .init(pattern: "fc.**", text: "fc", captures: nil),
    .init(pattern: "fc.**", text: "fcx.conv", captures: nil),
    .init(pattern: "**.bias", text: "bias", captures: [nil]),
    .init(pattern: "**.bias", text: "a.b.bias", captures: ["a.b"]),
    .init(pattern: "**.bias", text: "a.unbias", captures: nil),
    .init(pattern: "**.running_*", text: "bn.running_mean", captures: ["bn", "mean"]),
    .init(pattern: "**.running_*", text: "running_var", captures: [nil, "var"]),
    .init(pattern: "**.running_*", text: "bn.running_mean.x", captures: nil),
    .init(pattern: "blocks.*.conv.**", text: "blocks.0.conv.conv.weight", captures: ["0", "conv.weight"]),
    .init(pattern: "blocks.**.weight", text: "blocks.weight", captures: [nil]),
    .init(pattern: "blocks.**.weight", text: "blocks.1.weight.weight", captures: ["1.weight"]),
    .init(pattern: "*a*a*", text: "aaa", captures: ["a", "", ""]),
    .init(pattern: "foo**.bias", text: "foo.bias", captures: [""]),
    .init(pattern: "foo**.bias", text: "foobias", captures: nil),
    .init(pattern: "teacher/**", text: "teacher/module.fc.weight", captures: ["module.fc.weight"]),
    .init(pattern: "teacher/**", text: "teacher/a/b", captures: nil),
    .init(pattern: "*/**.bias", text: "teacher/bias", captures: ["teacher", nil]),
    .init(pattern: "optimizer/state/*/*", text: "optimizer/state/0/exp_avg", captures: ["0", "exp_avg"]),
    .init(pattern: "a~1b", text: "a~1b", captures: []),
    .init(pattern: "re:fc\\.(.*)", text: "fc.weight", captures: ["weight"]),
    .init(pattern: "re:fc", text: "fc.weight", captures: nil),
    .init(pattern: "re:(a)|(b)", text: "b", captures: [nil, "b"]),
    .init(pattern: "**.权重", text: "层.权重", captures: ["层"]),
  ]

  @Test(arguments: cases) func `a pattern matches the whole text and catches its wildcards`(_ test: Case)
    throws
  {
    let matcher = try PatternMatcher(Pattern(test.pattern))
    #expect(matcher.captures(in: test.text) == test.captures)
  }

  @Test(arguments: ["", "a.***", "re:(", "re:[a", "re:*"]) func `a malformed pattern is wrong words`(
    _ text: String
  ) {
    #expect(throws: CheckpointError(.wrongWords, "")) { try Pattern(Text(text)) }
  }

  @Test func `a pattern of many stars takes time in proportion to pattern and text`() throws {
    let matcher = try PatternMatcher(Pattern(Text(String(repeating: "**a", count: 30) + "b")))
    let text = Text(String(repeating: "a", count: 4000) + "cb")
    // Going back for each star would take longer than anybody waits.
    #expect(matcher.matches(text) == false)
  }

  @Test func `a key is matched with its slash escaped`() throws {
    var document = Sample.keys(["a/b", "a.b"]).document
    try document.edit("drop a~1b")
    #expect(document.keys() == ["a.b"])
  }

  @Test
  func `what hangs on a state dict beside its keys is selected by its path alone, in lists and in passes`()
    throws
  {
    var builder = SampleBuilder()
    let attributes = builder.add(.dict(["step": .int(3)]))
    let model = builder.add(.keys(["a.weight"]))
    builder.document.root = builder.add(.dict(["model": .none]))
    var document = builder.document
    guard case .stateDict(var state) = document[model], case .mapping(var top) = document[document.root]
    else {
      Issue.record("no state dict")
      return
    }
    state.attributes = attributes
    document[model] = .stateDict(state)
    top.entries[0].value = model
    document[document.root] = .mapping(top)
    #expect(try document.listing(matching: ["model/.step"]).values.map(\.path) == ["model/.step"])
    #expect(throws: CheckpointError(.nothingMatched, "")) { try document.listing(matching: ["*step"]) }
    #expect(throws: CheckpointError(.nothingMatched, "")) { try document.edit("drop *step") }
    #expect(try document.listing(matching: ["*.weight"]).tensors.map(\.path) == ["model/a.weight"])
  }

  @Test(arguments: [
    ("**.gamma", "$1.weight", "ln.gamma", "ln.weight"), ("**.gamma", "$1.weight", "gamma", "weight"),
    ("**.x", "y.$1", "x", "y"), ("*.*", "${2}1.$1", "a.b", "b1.a"), ("*", "$$$1", "a", "$a"),
    ("re:(.)(.)", "$2$1", "ab", "ba"),
  ]) func `captures fill a replacement`(_ test: (String, String, String, String)) throws {
    let pattern = try Pattern(Text(test.0))
    let captures = try #require(PatternMatcher(pattern).captures(in: Text(test.2)))
    let replacement = try Replacement(Text(test.1), captures: pattern.captureCount)
    #expect(replacement.text(for: captures) == Text(test.3))
  }

  @Test(arguments: ["$2", "$0", "$", "a$x", "${1"]) func `a replacement that names no capture is wrong words`(
    _ text: String
  ) {
    #expect(throws: CheckpointError(.wrongWords, "")) { try Replacement(Text(text), captures: 1) }
  }
}
