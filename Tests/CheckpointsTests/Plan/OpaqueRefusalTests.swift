// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Refusals for objects name the places, and advise what would help.
@Suite struct OpaqueRefusalTests {
  private static let meter = Sample.object(GlobalName("tracking", "Meter"), ["sum": .float(1)])
  private static let space = Sample.object(GlobalName("argparse", "Namespace"), ["lr": .float(1)])

  private func refusal(
    _ sample: Sample, _ format: OutputPlan.Format = .torch, _ caller: OutputPlan.Caller = .edit,
    after line: String = ""
  ) throws -> CheckpointError? {
    var document = sample.document
    if !line.isEmpty { try document.edit(line) }
    var options = OutputPlan.Options()
    options.caller = caller
    do {
      _ = try OutputPlan(document, as: format, options: options)
      return nil
    } catch { return error }
  }

  @Test func `one object: its path, and the pass that drops it`() throws {
    let error = try refusal(.dict(["w": .tensor([1]), "meter": Self.meter]))
    #expect(error?.code == .unknownGlobals && error?.location.key == "meter")
    #expect(
      error?.reason
        == "an object beyond known data types: `tracking.Meter`; PyTorch would not load it by default")
    #expect(error?.hint == "`'drop meter'` to leave it out, or --keep-opaque to write it by name")
  }

  @Test func `several: the first paths and a count; plain and then drop`() throws {
    let error = try refusal(
      .dict([
        "w": .tensor([1]), "a": Self.space, "m": Self.meter, "x/y": .list([.int(1), Self.meter]),
        "s": .call(GlobalName("datetime", "date"), [.int(1)]),
      ]))
    #expect(error?.location.key == "a")
    #expect(
      error?.reason.hasPrefix("4 objects beyond known data types, here and at `m`, `x~1y/1` and 1 more: ")
        == true)
    #expect(
      error?.hint
        == "`plain 'drop m x~1y/1 s'`, since those have no plain form, or --keep-opaque to write them by name"
    )
  }

  @Test func `plain is not advised once it has run, nor where it would not help`() throws {
    let sample = Sample.dict(["w": .tensor([1]), "a": Self.space, "m": Self.meter])
    #expect(try refusal(sample)?.hint?.contains("plain") == true)
    let after = try refusal(sample, after: "plain")
    #expect(after?.location.key == "m")
    #expect(after?.hint?.contains("plain") == false)
    #expect(try refusal(sample, after: "plain\ndrop m") == nil)
  }

  @Test func `where all become plain, the hint says so, and what it says works`() throws {
    let sample = Sample.dict(["w": .tensor([1]), "a": Self.space])
    let hint =
      "`plain` to make plain a value of it, `'drop a'` to leave it out, or --keep-opaque to write it by name"
    #expect(try refusal(sample)?.hint == hint)
    #expect(try refusal(sample, after: "plain") == nil)
    #expect(try refusal(sample, after: "drop a") == nil)
  }

  @Test func `other commands are told their own words`() throws {
    let sample = Sample.dict(["w": .tensor([1]), "m": Self.meter])
    #expect(
      try refusal(sample, .torch, .convert)?.hint
        == "`resect edit FILE -o OUT 'drop m'` first to leave it out, or --keep-opaque to write it by name")
    #expect(try refusal(sample, .torch, .merge)?.hint?.contains("keep-opaque") == false)
    #expect(try refusal(sample, .torch, .strip)?.hint?.contains("--print-recipe > recipe.txt") == true)
    for caller in [OutputPlan.Caller.merge, .strip] {
      #expect(try refusal(sample, .safetensors, caller)?.hint?.contains("drop-values") == false)
    }
    #expect(
      try refusal(sample, .safetensors)?.hint == "--drop-values leaves them out; torch holds everything")
    let plainable = Sample.dict(["w": .tensor([1]), "a": Self.space])
    #expect(
      try refusal(plainable, .safetensors)?.hint
        == "`plain` makes plain values of them; --drop-values leaves them out; torch holds everything")
  }

  @Test func `keys, tuples of keys and versions of modules have places too`() throws {
    var document = Sample.dict(["d": .dict(["x": .int(1)]), "w": .tensor([1])]).document
    let holder = try #require(document.node(at: ValuePath("d")))
    guard case .mapping(var mapping) = document[holder] else { return }
    mapping.entries[0].key = document.add(.tuple([document.add(.global(GlobalName("a", "B")))]))
    document[holder] = .mapping(mapping)
    let error = #expect(throws: CheckpointError(.unknownGlobals, "")) { try OutputPlan(document) }
    #expect(error?.location.key == "d/(a.B)")
  }

  @Test func `a path that looks like a pattern is dropped all the same`() throws {
    for key in ["a*b", "re:x", "it's", "a b", "$(x)", "[x]"] {
      var document = Sample.dict(["w": .tensor([1]), "aXb": .int(1)]).document
      guard case .mapping(var mapping) = document[document.root] else { return }
      let callee = document.add(.global(GlobalName("a", "B")))
      let object = OpaqueObject(form: .reduce, callee: callee, arguments: document.add(.tuple([])))
      mapping.entries.append(
        .init(key: document.add(.string(Text(key))), value: document.add(.object(object))))
      document[document.root] = .mapping(mapping)
      #expect(throws: CheckpointError(.unknownGlobals, "")) { try OutputPlan(document) }
      let line = try #require(DropHint.pass([ValuePath.escape(Text(key))]))
      try document.edit(line)
      #expect(document.node(at: ValuePath("aXb")) != nil)
      _ = try OutputPlan(document)
    }
  }

  @Test func `a storage outside a tensor is refused by its path`() throws {
    var document = Sample.dict(["w": .tensor([1])]).document
    guard case .mapping(var mapping) = document[document.root] else { return }
    let id = document.add(.tuple([document.add(.string("storage"))]))
    let storage = document.add(.object(OpaqueObject(form: .persistent, callee: id)))
    let list = document.add(.list([storage]))
    mapping.entries.append(.init(key: document.add(.string("s")), value: list))
    document[document.root] = .mapping(mapping)
    let error = #expect(throws: CheckpointError(.unrepresentable, "")) { try OutputPlan(document) }
    #expect(error?.location.key == "s/0")
    #expect(error?.hint == "`drop s/0`")
  }
}
