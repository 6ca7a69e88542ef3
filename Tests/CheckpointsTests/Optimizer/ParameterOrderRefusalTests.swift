// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import Testing

@testable import Checkpoints

/// An order that does not agree is refused, and the refusal names the first disagreement.
struct ParameterOrderRefusalTests {
  static func group(_ indices: [Int64], names: [Text]? = nil) -> Sample {
    let params = Sample.list(indices.map { .int($0) })
    guard let names else { return .dict(["lr": .float(0.1), "params": params]) }
    return .dict(["params": params, "param_names": .list(names.map { .string($0) })])
  }

  /// An optimizer whose state has one `exp_avg` of a shape an index.
  static func optimizer(_ groups: [Sample], _ state: [Int64: [Int]]) -> Sample {
    .call(
      GlobalName("test", "indexed"),
      [
        .list(groups),
        .list(state.sorted { $0.key < $1.key }.flatMap { [.int($0.key), .tensor($0.value)] }),
      ])
  }

  /// The document with every `optimizer` above as a dict whose `state` has integer keys.
  static func document(_ sample: Sample) -> Document {
    var document = sample.document
    for index in document.nodes.indices {
      guard case .object(let object) = document.nodes[index], let arguments = object.arguments,
        case .tuple(let parts) = document[arguments], case .list(let items) = document[parts[1]]
      else { continue }
      var state = Mapping(kind: .dict, entries: [])
      for place in stride(from: 0, to: items.count, by: 2) {
        let entries = [
          Mapping.Entry(key: document.add(.string("step")), value: document.add(.float(3))),
          Mapping.Entry(key: document.add(.string("exp_avg")), value: items[place + 1]),
        ]
        let value = document.add(.mapping(Mapping(kind: .dict, entries: entries)))
        state.entries.append(Mapping.Entry(key: items[place], value: value))
      }
      let entries: [(Text, NodeID)] = [("state", document.add(.mapping(state))), ("param_groups", parts[0])]
      document.nodes[index] = .mapping(
        Mapping(
          kind: .dict,
          entries: entries.map { Mapping.Entry(key: document.add(.string($0.0)), value: $0.1) }))
    }
    return document
  }

  static let model = Sample.state([
    "fc.weight": .tensor([3, 2]), "fc.bias": .tensor([3]), "norm.running_mean": .tensor([3]),
    "norm.num_batches_tracked": .tensor([], .int64), "out": .tensor([2, 3]),
  ])

  private func refusal(_ sample: Sample) throws -> CheckpointError {
    let document = Self.document(sample)
    let error = #expect(throws: CheckpointError.self) {
      _ = try ParameterOrder(OptimizerRecord(at: "optimizer", in: document), in: document)
    }
    return try #require(error)
  }

  @Test func `gaps and indices of any size are legal`() throws {
    let optimizer = Self.optimizer([Self.group([140_000_000_000, 7, 9])], [7: [3], 9: [2, 3]])
    let document = Self.document(.dict(["model": Self.model, "optimizer": optimizer]))
    let record = try OptimizerRecord(at: "optimizer", in: document)
    let order = try ParameterOrder(record, in: document)
    #expect(order.groups[0].map(\.key) == ["fc.weight", "fc.bias", "out"])
    #expect(order.shapes == 2)
    #expect(record.entries.keys == [7, 9])
  }

  @Test func `a shape, a size and a number of groups that disagree are named`() throws {
    let shape = try refusal(
      .dict([
        "model": Self.model, "optimizer": Self.optimizer([Self.group([0, 1, 2])], [1: [3], 2: [3, 2]]),
      ]))
    #expect(shape.code == .misfit)
    #expect(shape.location.key == "optimizer/state/2/exp_avg")
    #expect(
      shape.reason
        == "group 0: it is 3x2, but `model/out`, which state-dict order puts there, is 2x3")
    let size = try refusal(
      .dict(["model": Self.model, "optimizer": Self.optimizer([Self.group([0, 1])], [:])]))
    #expect(size.location.key == "optimizer/param_groups/0/params")
    #expect(size.reason == "group 0 has 2 parameters, but state-dict order of `model` gives it 3")
    let count = try refusal(
      .dict(["model": Self.model, "optimizer": Self.optimizer([Self.group([0, 1]), Self.group([2])], [:])]))
    #expect(count.location.key == "optimizer")
    #expect(count.reason == "it has 2 groups, but state-dict order of `model` gives 1")
  }

  @Test func `a file of nn.Parameters tells buffers and what is frozen`() throws {
    for (indices, expected) in [
      ([0, 1, 2], ["fc.weight", "fc.bias", "out"]), ([0, 1], ["fc.weight", "out"]),
    ] as [([Int], [Text])] {
      let optimizer = Self.optimizer([Self.group(indices.map { Int64($0) })], [:])
      var document = Self.document(
        .dict([
          "model": .state([
            "table": .tensor([3]), "fc.weight": .tensor([3, 2]), "fc.bias": .tensor([3]),
            "out": .tensor([2, 3]),
          ]), "optimizer": optimizer,
        ]))
      for (path, isTrained) in [("fc.weight", true), ("fc.bias", false), ("out", true)] {
        let node = try #require(document.node(at: ValuePath("model/\(path)")))
        var tensor = try #require(document.tensor(node))
        (tensor.isParameter, tensor.requiresGrad) = (true, isTrained)
        document[node] = .tensor(tensor)
      }
      let order = try ParameterOrder(OptimizerRecord(at: "optimizer", in: document), in: document)
      #expect(order.groups.map { $0.map(\.key) } == [expected])
    }
  }

  @Test func `of several models the one agrees, or a usual name settles it`() throws {
    let optimizer = Self.optimizer([Self.group([0, 1])], [0: [4], 1: [2, 3]])
    let other = Sample.state(["a": .tensor([4]), "b": .tensor([2, 3])])
    let one = Self.document(.dict(["G": Self.model, "D": other, "optimizer": optimizer]))
    #expect(try ParameterOrder(OptimizerRecord(at: "optimizer", in: one), in: one).model == "D")
    let usual = Self.document(.dict(["best": other, "model": other, "optimizer": optimizer]))
    #expect(try ParameterOrder(OptimizerRecord(at: "optimizer", in: usual), in: usual).model == "model")
    let both = try refusal(.dict(["G": other, "D": other, "optimizer": optimizer]))
    #expect(both.code == .ambiguous)
    #expect(both.reason == "it may belong to `G` and `D`: the shapes of all of them agree")
    #expect(try refusal(.dict(["optimizer": optimizer])).reason.hasPrefix("no state dict beside it"))
  }

  @Test func `names that no model has are refused, and so are names for some groups alone`() throws {
    let missing = try refusal(
      .dict([
        "model": Self.model,
        "optimizer": Self.optimizer([Self.group([0, 1], names: ["out", "fc.scale"])], [:]),
      ]))
    #expect(missing.reason == "no state dict beside it has the parameter `fc.scale` of its `param_names`")
    let some = try refusal(
      .dict([
        "model": Self.model,
        "optimizer": Self.optimizer([Self.group([0], names: ["out"]), Self.group([1])], [:]),
      ]))
    #expect(some.reason == "group 1 has no `param_names`, but another one has")
  }

  @Test func `other forms of optimizers are refused by name`() throws {
    let twice = try refusal(.dict(["optimizer": Self.optimizer([Self.group([0, 0])], [:])]))
    #expect(twice.reason == "parameter 0 is in it twice, or in two groups")
    let stray = try refusal(.dict(["optimizer": Self.optimizer([Self.group([0])], [5: [2]])]))
    #expect(stray.location.key == "optimizer/state/5")
    let named = try refusal(
      .dict([
        "optimizer": .dict([
          "state": .dict(["fc.weight": .dict(["step": .int(1)])]),
          "param_groups": .list([.dict(["params": .list([.string("fc.weight")])])]),
        ])
      ]))
    #expect(named.reason == "it names parameters by something else than their index")
  }

  @Test func `a format that keeps no order is refused`() throws {
    let optimizer = Self.optimizer([Self.group([0, 1, 2])], [:])
    var document = Self.document(.dict(["model": Self.model, "optimizer": optimizer]))
    let record = try OptimizerRecord(at: "optimizer", in: document)
    #expect(try ParameterOrder(record, in: document).rule == .stateDictOrder)
    for source in [
      Document.Source(file: "a", format: .dcp), .init(file: "a", format: .safetensors, isOrdered: false),
    ] {
      document.source = source
      let error = #expect(throws: CheckpointError.self) { try ParameterOrder(record, in: document) }
      #expect(error?.reason == "it counts parameters in an order that this file's format does not keep")
    }
  }
}
