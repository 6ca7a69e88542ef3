// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// A key list of shapes.
func keySpec(_ shapes: KeyValuePairs<Text, [Int]>) -> KeySpec {
  var entries: OrderedDictionary<Text, KeySpec.Entry> = [:]
  for (key, shape) in shapes { entries[key] = .init(shape: shape) }
  return KeySpec(name: "spec", entries: entries)
}

/// A document that is a state dict of these shapes.
func fileOf(_ shapes: KeyValuePairs<Text, [Int]>) -> Document {
  var builder = SampleBuilder()
  var state = StateDict(kind: .orderedDict, entries: [:])
  for (key, shape) in shapes { state.entries[key] = builder.add(.tensor(shape)) }
  builder.document.root = builder.document.add(.stateDict(state))
  return builder.document
}

@Suite struct FitTests {
  static let net: KeyValuePairs<Text, [Int]> = [
    "enc.0.weight": [4, 3], "enc.0.bias": [4], "enc.1.weight": [5, 4], "enc.1.bias": [5],
    "fc.weight": [2, 5],
  ]

  private func passes(_ file: Document, _ spec: KeySpec, path: Text? = nil) throws -> [String]? {
    let report = try file.fit(to: spec, path: path)
    guard let remedy = report.remedy else { return nil }
    // What is printed is what was tried, and reads back.
    var edited = file
    try edited.apply(Recipe(parsing: remedy.passes.joined(separator: "\n") + "\n").passes)
    #expect(try edited.fit(to: spec).fits == remedy.loadsStrictly)
    return remedy.passes
  }

  @Test func `the same keys and shapes fit, in any order`() throws {
    let report = try fileOf([
      "fc.weight": [2, 5], "enc.1.bias": [5], "enc.1.weight": [5, 4], "enc.0.bias": [4],
      "enc.0.weight": [4, 3],
    ]).fit(to: keySpec(Self.net))
    #expect(report.fits && report.remedy == nil && report.fit.loaded.count == 5)
  }

  @Test func `nothing in common is no reason to guess`() throws {
    let report = try fileOf(["a.gamma": [7], "b.beta": [9]]).fit(to: keySpec(Self.net))
    #expect(!report.fits && report.remedy == nil && report.alternatives == nil && report.doubts == nil)
    #expect(report.fit.missing.map(\.key) == Self.net.map(\.key))
    #expect(report.fit.unexpected.map(\.key) == ["a.gamma", "b.beta"])
  }

  @Test func `wrappers come off and go on`() throws {
    let wrapped = fileOf(["module.a.weight": [2], "module.b.weight": [3]])
    let bare = fileOf(["a.weight": [2], "b.weight": [3]])
    let spec = keySpec(["a.weight": [2], "b.weight": [3]])
    #expect(try passes(wrapped, spec) == ["unprefix module."])
    #expect(
      try passes(bare, keySpec(["module.a.weight": [2], "module.b.weight": [3]])) == ["prefix module."])
    let both = fileOf(["module._orig_mod.a.weight": [2], "module._orig_mod.b.weight": [3]])
    #expect(try passes(both, spec) == ["unprefix module._orig_mod."])
  }

  @Test func `module_list is no module`() throws {
    let file = fileOf(["module_list.a.weight": [2], "module_list.b.weight": [3]])
    #expect(try passes(file, keySpec(["a.weight": [2], "b.weight": [3]])) == ["unprefix module_list."])
    let wanted = keySpec(["module.list.a.weight": [2], "module.list.b.weight": [3]])
    #expect(try passes(file, wanted) == ["rename module_list.** module.list.$1"])
  }

  @Test func `what lies beside the backbone goes`() throws {
    let file = fileOf(["backbone.a.weight": [2], "backbone.b.weight": [3], "head.weight": [9]])
    let spec = keySpec(["a.weight": [2], "b.weight": [3]])
    #expect(try passes(file, spec) == ["under backbone."])
    #expect(try file.fit(to: spec).remedy?.dropped == ["head.weight"])
    let bare = fileOf(["a.weight": [2], "b.weight": [3], "head.0.weight": [9], "head.0.bias": [9], "t": []])
    #expect(try passes(bare, spec) == ["drop head.** t"])
  }

  @Test func `sub-trees change their names`() throws {
    let file = fileOf([
      "encoder.a.weight": [2], "encoder.b.weight": [3], "cls.weight": [9, 3], "cls.bias": [9],
    ])
    let spec = keySpec([
      "backbone.a.weight": [2], "backbone.b.weight": [3], "fc.weight": [9, 3], "fc.bias": [9],
    ])
    #expect(try passes(file, spec) == ["rename encoder.** backbone.$1", "rename cls.** fc.$1"])
  }

  @Test func `a classifier of another size is dropped, and strict=False does the rest`() throws {
    let file = fileOf(["a.weight": [2], "b.weight": [3], "fc.weight": [9, 3], "fc.bias": [9]])
    let spec = keySpec(["a.weight": [2], "b.weight": [3], "fc.weight": [4, 3], "fc.bias": [4]])
    let report = try file.fit(to: spec)
    #expect(report.fit.misshapen.map(\.key) == ["fc.weight", "fc.bias"] && !report.loadsLoosely)
    #expect(report.remedy?.passes == ["drop fc.**"])
    #expect(report.remedy?.loadsLoosely == true && report.remedy?.loadsStrictly == false)
    #expect(report.remedy?.missing == 2)
  }

  @Test func `a Sequential is counted anew in its order`() throws {
    // All of one shape: only the order tells.
    let file = fileOf(["net.0.weight": [4, 4], "net.1.weight": [4, 4], "net.2.weight": [4, 4]])
    let gaps = keySpec(["net.0.weight": [4, 4], "net.2.weight": [4, 4], "net.4.weight": [4, 4]])
    #expect(try passes(file, gaps) == ["rename net.2.** net.4.$1", "rename net.1.** net.2.$1"])
    let back = fileOf(["net.0.weight": [4, 4], "net.2.weight": [4, 4], "net.4.weight": [4, 4]])
    #expect(
      try passes(back, keySpec(["net.0.weight": [4, 4], "net.1.weight": [4, 4], "net.2.weight": [4, 4]]))
        == ["rename net.2.** net.1.$1", "rename net.4.** net.2.$1"])
  }

  @Test func `renamed parts inside numbered ones are told by their numbers`() throws {
    let file = fileOf(["l.0.attention.q": [4, 4], "l.1.attention.q": [4, 4], "l.2.attention.q": [4, 4]])
    let spec = keySpec(["l.0.attn.q": [4, 4], "l.1.attn.q": [4, 4], "l.2.attn.q": [4, 4]])
    #expect(
      try passes(file, spec) == ["rename l.*.attention.** l.$1.attn.$2"])
  }

  @Test func `two equally good answers are both shown and none is taken`() throws {
    let file = fileOf([
      "student.a.weight": [2], "student.b.weight": [3], "teacher.a.weight": [2], "teacher.b.weight": [3],
    ])
    let report = try file.fit(to: keySpec(["a.weight": [2], "b.weight": [3]]))
    #expect(report.remedy == nil)
    #expect(report.alternatives == [["under student."], ["under teacher."]])
    let twins = try fileOf(["x.conv.weight": [4, 4], "y.conv.weight": [4, 4]])
      .fit(to: keySpec(["a.conv.weight": [4, 4], "b.conv.weight": [4, 4]]))
    #expect(twins.remedy == nil)
    #expect(twins.doubts?.first.map { $0.candidates.sorted() } == ["x.conv.weight", "y.conv.weight"])
  }
}
