// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct FitStateDictTests {
  private static let dict: Document = Sample.dict([
    "student": .state(["module.a.weight": .tensor([2]), "module.b.weight": .tensor([3])]),
    "teacher": .state(["module.a.weight": .tensor([2]), "module.b.weight": .tensor([3])]),
    "loss": .state(["center": .tensor([1, 4])]), "epoch": .int(3),
  ]).document
  private static let spec = keySpec(["a.weight": [2], "b.weight": [3]])

  @Test func `of two state dicts that fit equally well none is chosen`() throws {
    let error = #expect(throws: CheckpointError.self) { try Self.dict.fit(to: Self.spec) }
    #expect(error?.code == .ambiguous && error?.reason.contains("`student` and `teacher`") == true)
    let report = try Self.dict.fit(to: Self.spec, path: "teacher")
    #expect(report.path == "teacher" && report.remedy?.passes == ["take teacher", "unprefix module."])
    #expect(
      report.remedy?.command == "resect edit FILE -o OUT 'take teacher' 'unprefix module.'"
        || report.file == "")
  }

  @Test func `the state dict that finds more is chosen`() throws {
    let file = Sample.dict([
      "ema": .state(["a.weight": .tensor([2])]),
      "model": .state(["a.weight": .tensor([2]), "b.weight": .tensor([3])]),
    ]).document
    let report = try file.fit(to: Self.spec)
    #expect(report.path == "model" && report.fits && report.remedy?.passes == ["take model"])
  }

  @Test func `a path that is not there is named with those that are`() throws {
    let error = #expect(throws: CheckpointError.self) { try Self.dict.fit(to: Self.spec, path: "teachr") }
    #expect(error?.code == .nothingMatched && error?.hint == "`--path teacher`")
    let none = #expect(throws: CheckpointError.self) {
      try Sample.dict(["epoch": .int(3)]).document.fit(to: Self.spec)
    }
    #expect(none?.code == .nothingMatched)
  }

  @Test func `a training file of RDINO fits its backbone after take and under`() throws {
    let file = try Checkpoint.open(Fixtures.path("checkpoints/rdino-tiny-torch1.13.pth"))
    var bare = file
    try bare.apply([.take("teacher"), .under("module.backbone.")])
    let spec = try KeySpec(bare, name: "bare")
    #expect(spec.entries.count == 231)
    #expect(throws: CheckpointError(.ambiguous, "")) { try file.fit(to: spec) }
    let report = try file.fit(to: spec, path: "student")
    #expect(report.remedy?.passes == ["take student", "under module.backbone."])
    #expect(report.remedy?.loadsStrictly == true && report.remedy?.dropped.count == 20)
  }

  // torch/nn/modules/batchnorm.py, `_NormBase._load_from_state_dict`
  @Test func `missing counters are filled in below version 2 alone`() throws {
    let norm = keySpec([
      "bn.weight": [2], "bn.running_mean": [2], "bn.running_var": [2], "bn.num_batches_tracked": [],
    ])
    let entries: KeyValuePairs<Text, Sample> = [
      "bn.weight": .tensor([2]), "bn.running_mean": .tensor([2]), "bn.running_var": .tensor([2]),
    ]
    for (metadata, isMissing) in [(nil, false), (["", "bn"], false), (["", "other"], false)]
      as [([Text]?, Bool)]
    {
      let report = try Sample.state(entries, metadata: metadata).document.fit(to: norm)
      #expect(report.fit.tolerated == ["bn.num_batches_tracked"] && report.fits != isMissing)
    }
    // Version 2 is a promise that the counter is there.
    var document = Sample.state(entries, metadata: ["", "bn"]).document
    guard case .stateDict(var state) = document[document.root] else { return }
    let key = document.add(.string("version"))
    let value = document.add(.int(2))
    state.metadata?["bn"] = document.add(
      .mapping(Mapping(kind: .dict, entries: [.init(key: key, value: value)])))
    document[document.root] = .stateDict(state)
    let report = try document.fit(to: norm)
    #expect(report.fit.missing.map(\.key) == ["bn.num_batches_tracked"] && !report.fits)
    // Without running statistics it is no batch normalisation, and nothing is filled in.
    let other = keySpec(["x.num_batches_tracked": [], "bn.weight": [2]])
    #expect(try Sample.state(["bn.weight": .tensor([2])]).document.fit(to: other).fit.tolerated.isEmpty)
  }

  @Test func `what PyTorch cannot copy is no shape's matter`() throws {
    let report = try Sample.state([
      "a": .int(3), "b": .tensor([2], .qint8), "c": .tensor([1]), "d": .tensor([2], .float16),
    ]).document.fit(
      to: {
        var spec = keySpec(["a": [], "b": [2], "c": [], "d": [2]])
        spec.entries["d"]?.dtype = "float32"
        return spec
      }())
    #expect(report.fit.uncopied.map(\.key) == ["a", "b"])
    #expect(report.fit.loaded == ["c", "d"])
    #expect(report.fit.converted == [.init(key: "d", expected: "float32", found: "float16")])
  }
}
