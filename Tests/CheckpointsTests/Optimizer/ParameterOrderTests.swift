// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// Which parameter each index of an optimizer means, against the order that PyTorch's own objects have.
struct ParameterOrderTests {
  private func order(
    _ file: String, _ path: Text = "optimizer"
  ) throws -> (order: ParameterOrder, optimizer: OptimizerRecord) {
    let document = try Checkpoint.open(Fixtures.path(file))
    let optimizer = try OptimizerRecord(at: path, in: document)
    return (try ParameterOrder(optimizer, in: document), optimizer)
  }

  private func expected(_ file: String) throws -> [[Text]] {
    let all = try JSONDecoder().decode(
      [String: [[Text]]].self, from: Data(Fixtures.bytes("optimizers/expected.json")))
    return try #require(all[file])
  }

  @Test func `RDINO's order at its real size is that of upstream's optimizer`() throws {
    let student = try KeyList("rdino_checkpoint_student_full")
    var upstream: [[(key: Text, shape: [Int])]] = [[], []]
    for line in try Fixtures.text("golden/keys/rdino_optimizer_param_order_full.tsv").split(separator: "\n")
      .dropFirst()
    {
      let fields = line.split(separator: "\t").map(String.init)
      upstream[Int(fields[1]) ?? 9].append(
        (Text(fields[2]), fields[3].split(separator: "x").compactMap { Int($0) }))
    }
    try #require(upstream.map(\.count) == [43, 108])
    let document = RDINOSample.document(student)
    let optimizer = try OptimizerRecord(at: "optimizer", in: document)
    let order = try ParameterOrder(optimizer, in: document)
    #expect(order.rule == .decayFirst)
    #expect(order.groups.map { $0.map(\.key) } == upstream.map { $0.map(\.key) })
    #expect(order.groups.map { $0.map(\.shape) } == upstream.map { $0.map(\.shape) })
  }

  @Test(arguments: [
    ("rdino-tiny-torch1.13.pth", [43, 108], 151), ("rdino-tiny-torch2.15.pth", [43, 108], 151),
    ("rdino-tiny-epoch1-torch1.13.pth", [43, 108], 150), ("sdpn-tiny-torch1.13.pth", [41, 107, 1], 149),
  ])
  func `upstream's own files agree in every shape`(_ file: String, _ sizes: [Int], _ shapes: Int) throws {
    let (order, optimizer) = try order("checkpoints/" + file)
    #expect(order.rule == .decayFirst)
    #expect(order.model == "student")
    #expect(order.groups.map(\.count) == sizes)
    #expect(order.shapes == shapes)
    #expect(optimizer.entries.count == shapes)
    #expect(
      order.groups[0].last?.key
        == (file.hasPrefix("sdpn") ? "module.head.mlp.6.weight" : "module.head.last_layer.weight_v"))
    if file.contains("epoch1") { #expect(optimizer.entries[42] == nil) }
    if file.hasPrefix("sdpn") { #expect(order.groups[2].map(\.path) == ["prototypes"]) }
  }

  @Test(arguments: [
    ("names.pt", "optimizer", ParameterOrder.Rule.names, "model", 9),
    ("names-wrapped.pt", "optimizer", .names, "model", 18),
    ("lightning.ckpt", "optimizer_states/0", .stateDictOrder, "state_dict", 27),
    ("timm.pth", "optimizer", .decayLast, "state_dict", 18),
    ("openmmlab.pth", "optimizer", .oneGroupEach, "state_dict", 7),
  ])
  func `names, state-dict order and timm's halves are PyTorch's own order`(
    _ file: String, _ path: String, _ rule: ParameterOrder.Rule, _ model: String, _ shapes: Int
  ) throws {
    let (order, _) = try order("optimizers/" + file, Text(path))
    #expect(order.rule == rule)
    #expect(order.model == Text(model))
    #expect(order.shapes == shapes)
    let prefix: Text = file == "names-wrapped.pt" ? "module." : ""
    #expect(order.groups.map { $0.map(\.key) } == (try expected(file)).map { $0.map { prefix + $0 } })
  }

  @Test(arguments: [
    "x_sgd_113.pt", "x_sgd_215.pt", "x_adam_113.pt", "x_adam_215.pt", "x_adamw_113.pt", "x_adamw_215.pt",
  ])
  func `a plain optimizer has the state dict's order, and step has no shape to agree`(_ file: String) throws {
    let (order, _) = try order("checkpoints/" + file, "opt")
    #expect(order.rule == .stateDictOrder)
    #expect(order.groups.map { $0.map(\.key) } == [["weight", "bias"]])
    #expect(order.shapes == (file.contains("sgd") ? 2 : 4))
  }
}
