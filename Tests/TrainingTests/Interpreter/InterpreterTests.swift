// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// Graphs as wholes, and what of them is refused.
@Suite struct InterpreterTests {
  typealias Graph = OperatorGraph<OperatorModel.Tensor>

  static func floats(_ name: Text, _ shape: [Int], _ values: [Float]) -> Graph.Initializer {
    .init(name, shape, .init(.float32, .memory(bytes(values.map(\.bitPattern)))))
  }

  static func ints(_ name: Text, _ values: [Int64]) -> Graph.Initializer {
    .init(name, [values.count], .init(.int64, .memory(bytes(values))))
  }

  static func bytes(_ values: [some FixedWidthInteger]) -> [UInt8] {
    var bytes = LittleEndianBytes()
    for value in values { bytes.add(value) }
    return bytes.bytes
  }

  static func model(
    _ nodes: [OperatorNode], _ weights: [Graph.Initializer], input: [OperatorPort.Dimension]? = nil
  )
    -> OperatorModel
  {
    OperatorModel(
      Graph(
        "g", inputs: input.map { [.init("x", $0)] } ?? [],
        outputs: [.init(nodes.last?.outputs.first ?? "", [])],
        nodes: nodes, initializers: weights),
      producer: ("tests", "1"))
  }

  @Test func `a graph of several nodes gives its outputs, and nothing else`() throws {
    // max(x w^T + b, 0), and its sum over the rows.
    let nodes = [
      OperatorNode("Gemm", ["x", "w", "b"], ["h"], [("transB", .int(1))]), OperatorNode("Relu", ["h"], ["r"]),
      OperatorNode("ReduceSum", ["r", "axes"], ["s"]),
    ]
    var model = Self.model(
      nodes,
      [Self.floats("w", [2, 2], [1, 2, -1, 0]), Self.floats("b", [2], [0.5, -1]), Self.ints("axes", [0])],
      input: [.named("N"), .size(2)])
    model.graph.outputs.append(.init("r", []))
    let interpreter = try Interpreter(model)
    for _ in 0..<2 {
      let outputs = try interpreter.run(["x": GraphTensor([2, 2], [1, 2, -3, 1])])
      #expect(outputs["r"] == (try GraphTensor([2, 2], [5.5, 0, 0, 2])))
      #expect(outputs["s"] == (try GraphTensor([1, 2], [5.5, 2])))
      #expect(outputs.count == 2)
    }
    // An output may be what went in, and weights of half the width are cast.
    var half = Self.model(
      [OperatorNode("Cast", ["h"], ["y"], [("to", .int(1))])], [], input: [.size(1)])
    half.graph.initializers = [.init("h", [2], .init(.float16, .memory([0, 0x3C, 0, 0xC0])))]
    half.graph.outputs.append(.init("x", []))
    let given = try Interpreter(half).run(["x": GraphTensor([1], [7])])
    #expect(given == ["y": try GraphTensor([2], [1, -2]), "x": try GraphTensor([1], [7])])
  }

  @Test func `inputs are held against the graph`() throws {
    let interpreter = try Interpreter(
      Self.model(
        [OperatorNode("Relu", ["x"], ["y"])], [], input: [.named("N"), .named("N"), .size(3), .named("")]))
    _ = try interpreter.run(["x": GraphTensor([0, 0, 3, 5], [])])
    let whole = try GraphTensor([1, 1, 3, 1], [1, 2, 3])
    #expect(throws: CheckpointError(.misfit, "")) { try interpreter.run([:]) }
    #expect(throws: CheckpointError(.misfit, "")) { try interpreter.run(["x": whole, "z": whole]) }
    for wrong in [
      try GraphTensor([3], [1, 2, 3]), try GraphTensor([1, 1, 3, 1], .int([1, 2, 3])),
      try GraphTensor([1, 2, 3, 0], []), try GraphTensor([1, 1, 1, 3], [1, 2, 3]),
    ] { #expect(throws: CheckpointError(.misfit, "")) { try interpreter.run(["x": wrong]) } }
    #expect(throws: CheckpointError(.misfit, "")) { try GraphTensor([2], [1]) }
    #expect(throws: CheckpointError(.misfit, "")) { try GraphTensor([-1], []) }
  }

  struct Bad: Sendable {
    var node: OperatorNode
    var code = CheckpointError.Code.misfit
    var reason: String
  }

  private static func bad(
    _ operation: Text, _ inputs: [Text], _ attributes: [(name: Text, value: OperatorNode.Attribute)] = [],
    _ reason: String, _ code: CheckpointError.Code = .misfit
  ) -> Bad { .init(node: OperatorNode(operation, inputs, ["y"], attributes), code: code, reason: reason) }

  /// v is [2, 3], m is [1, 1, 4, 4], k is [1, 1, 2, 2], n is [7], ints i [1, 2], big [2^62, 2^62].
  static let broken: [Bad] = [
    bad("Gelu", ["v"], [], "it is not among the operators that are run", .unsupported),
    bad("Relu", ["w"], [], "its input `w` is given by nothing before it", .corrupt),
    bad("Relu", ["v"], [("alpha", .float(1))], "its attribute `alpha` is not known", .unsupported),
    bad("Relu", ["i"], [], "its input 0 is int64", .unsupported),
    bad("Relu", ["v", "v"], [], "it has 2 inputs"),
    bad("Relu", [""], [], "it has 1 inputs"),
    bad("Add", ["v", "n"], [], "its inputs have the shapes [2, 3] and [7]"),
    bad("Add", ["s", "i"], [], "its inputs are float32 and int64", .unsupported),
    bad("Div", ["i", "zero"], [], "it divides an integer by zero"),
    bad("Conv", ["m", "k"], [("strides", .ints([0, 1]))], "its attribute `strides` is [0, 1], for 2 axes"),
    bad("Conv", ["m", "k"], [("strides", .ints([1]))], "its attribute `strides` is [1], for 2 axes"),
    bad(
      "Conv", ["m", "k"], [("pads", .ints([0, 0, -1, 0]))],
      "its attribute `pads` is [0, 0, -1, 0], for 2 axes"),
    bad(
      "Conv", ["m", "k"], [("dilations", .ints([1 << 40, 1]))],
      "its attribute `dilations` is [1099511627776, 1], for 2 axes"),
    bad(
      "Conv", ["m", "k"], [("dilations", .ints([9, 1]))], "its window 2 is longer than the axis of 4, padded"),
    bad(
      "Conv", ["m", "k"], [("group", .int(0))],
      "its weight has the shape [1, 1, 2, 2], and its input [1, 1, 4, 4]"),
    bad(
      "Conv", ["m", "k"], [("group", .int(Int64.max))],
      "its weight has the shape [1, 1, 2, 2], and its input [1, 1, 4, 4], in 9223372036854775807 groups"),
    bad(
      "Conv", ["m", "k"], [("kernel_shape", .ints([3, 3]))],
      "its weight has the shape [1, 1, 2, 2], and its input [1, 1, 4, 4]"),
    bad(
      "Conv", ["m", "k"], [("auto_pad", .string("SAME_UPPER"))], "its attribute `auto_pad` is `SAME_UPPER`",
      .unsupported),
    bad(
      "Conv", ["m", "k"], [("pads", .ints([1 << 30, 1 << 30, 1 << 30, 1 << 30]))],
      "its result of the shape [1, 1, 2147483651, 2147483651] takes more memory than the 63 MB that are left",
      .limit),
    bad("Conv", ["m", "k", "n"], [], "its input 2 has the shape [7] and not [1]"),
    bad("Conv", ["v", "k"], [], "its weight has the shape [1, 1, 2, 2], and its input [2, 3]"),
    bad("AveragePool", ["m"], [], "it has no attribute `kernel_shape`"),
    bad(
      "AveragePool", ["m"], [("kernel_shape", .ints([0, 1]))],
      "its window [0, 1], of an input of the shape [1, 1, 4, 4]"),
    bad(
      "AveragePool", ["m"], [("kernel_shape", .int(1))], "its attribute `kernel_shape` is of another type",
      .unsupported),
    bad(
      "AveragePool", ["v"], [("kernel_shape", .ints([1]))], "its input has 2 dimensions, and 3 and 4 are run",
      .unsupported),
    bad(
      "AveragePool", ["m"], [("ceil_mode", .int(2)), ("kernel_shape", .ints([1, 1]))],
      "its attribute `ceil_mode` is 2", .unsupported),
    bad("BatchNormalization", ["v", "n", "n", "n", "n"], [], "its input 1 has the shape [7] and not [3]"),
    bad("BatchNormalization", ["n", "n", "n", "n", "n"], [], "its input has the shape [7]"),
    bad(
      "BatchNormalization", ["v", "n", "n", "n", "n"], [("training_mode", .int(1))], "it trains", .unsupported
    ),
    bad("Cast", ["v"], [("to", .int(9))], "its attribute `to` is 9", .unsupported),
    bad("Cast", ["v"], [], "its attribute `to` is not there", .unsupported),
    bad("Cast", ["huge"], [("to", .int(7))], "a value has no place in int64"),
    bad("Clip", ["v", "n"], [], "its input 1 has the shape [7], and one number is wanted"),
    bad("Concat", ["v", "n"], [("axis", .int(0))], "its inputs have the shapes [2, 3] and [7]"),
    bad("Concat", ["v", "v"], [], "it has no attribute `axis`"),
    bad("Concat", ["v", "v"], [("axis", .int(2))], "axis 2 of 2 dimensions"),
    bad("Flatten", ["v"], [("axis", .int(Int64.min))], "axis -9223372036854775808 of 2 dimensions"),
    bad("Gather", ["v", "i"], [], "the index 2 of 2"),
    bad("Gather", ["v", "i"], [("axis", .int(-3))], "axis -3 of 2 dimensions"),
    bad("Gemm", ["v", "v"], [], "its inputs have the shapes [2, 3] and [2, 3]"),
    bad(
      "Gemm", ["v", "v", "k"], [("transB", .int(1))],
      "its input 2 has the shape [1, 1, 2, 2], and it gives [2, 2]"),
    bad("InstanceNormalization", ["v", "n", "n"], [], "its input has the shape [2, 3]"),
    bad("Pad", ["v", "i"], [], "it has 2 pads for 2 dimensions"),
    bad("Pad", ["n", "i"], [("mode", .string("wrap"))], "its attribute `mode` is `wrap`", .unsupported),
    bad("Pad", ["n", "big"], [], "its pads 4611686018427387904 and 4611686018427387904 of a size 7"),
    bad(
      "Pad", ["i", "big2"], [("mode", .string("reflect"))],
      "its pads 2 and 0 of a size 2, with the mode `reflect`"),
    bad(
      "Pad", ["n", "big3"], [],
      "its result of the shape [1099511627783] takes more memory than the 63 MB that are left", .limit),
    bad("Range", ["start", "end", "nought"], [], "its step is 0"),
    bad(
      "Range", ["start", "end", "start"], [],
      "its result of the shape [4611686018427387903] takes more memory than the 63 MB that are left", .limit),
    bad("ReduceMean", ["v"], [("axes", .ints([0, -2]))], "axis 0 is named twice"),
    bad("Reshape", ["v", "i"], [], "the shape [2, 3] cannot become [1, 2]"),
    bad(
      "Reshape", ["v", "big"], [], "the shape [2, 3] cannot become [4611686018427387904, 4611686018427387904]"
    ),
    bad("Reshape", ["v", "open"], [], "the shape [2, 3] cannot become [-1, -1]"),
    bad("Reshape", ["v", "i"], [("allowzero", .int(1))], "its attribute `allowzero` is 1", .unsupported),
    bad("Slice", ["v", "i", "i", "i", "zero"], [], "axis 2 of 2 dimensions"),
    bad("Slice", ["v", "zero", "axes", "axes", "zero"], [], "its step is 0"),
    bad("Slice", ["v", "zero", "i"], [], "it has 1 starts, 2 ends, 1 axes and 1 steps"),
    bad("Softmax", ["s"], [], "it has no dimension"),
    bad(
      "Transpose", ["v"], [("perm", .ints([0, 0]))], "its attribute `perm` [0, 0] is no order of 2 dimensions"
    ),
  ]

  @Test(arguments: broken) func `what does not go together is refused by node`(bad: Bad) throws {
    let weights = [
      Self.floats("v", [2, 3], [1, 2, 3, 4, 5, 6]), Self.floats("n", [7], [Float](repeating: 1, count: 7)),
      Self.floats("m", [1, 1, 4, 4], [Float](repeating: 1, count: 16)),
      Self.floats("k", [1, 1, 2, 2], [1, 1, 1, 1]), Self.floats("s", [], [1]),
      Self.floats("huge", [1], [1e19]),
      Self.ints("i", [1, 2]), Self.ints("zero", [0]), Self.ints("axes", [0]),
      Self.ints("big", [1 << 62, 1 << 62]),
      Self.ints("big2", [2, 0]), Self.ints("big3", [0, 1 << 40]), Self.ints("open", [-1, -1]),
      Self.ints("nought", [0]),
      Self.ints("start", [1]), Self.ints("end", [1 << 62]),
    ]
    let error = try #require(throws: CheckpointError.self) {
      try Interpreter(Self.model([bad.node], weights), limit: 64 << 20).run([:])
    }
    #expect(error.reason == "\(bad.node.operation.shown): \(bad.reason)")
    #expect(error.code == bad.code)
    #expect(error.location.key == "y")
  }

  @Test func `a graph that names a value twice, or never, is refused before it is run`() throws {
    let relu = OperatorNode("Relu", ["v"], ["y"])
    let weight = Self.floats("v", [1], [1])
    for (model, key) in [
      (Self.model([relu, relu], [weight]), "y"), (Self.model([relu], [weight, weight]), "v"),
      (Self.model([OperatorNode("Relu", ["v"], ["v"])], [weight]), "v"),
      (Self.model([OperatorNode("Relu", ["v"], [""])], [weight]), ""), (Self.model([], [weight]), ""),
    ] as [(OperatorModel, Text)] {
      let error = try #require(throws: CheckpointError.self) { try Interpreter(model) }
      #expect(error.code == .corrupt)
      #expect(error.location.key == key)
    }
    for set in [12, 18] as [Int64] {
      var model = Self.model([relu], [weight])
      model.operatorSet = set
      #expect(throws: CheckpointError(.unsupported, "")) { try Interpreter(model) }
    }
    #expect(throws: CheckpointError(.limit, "")) { try Interpreter(Self.model([relu], [weight]), limit: 3) }
    #expect(throws: CheckpointError(.unsupported, "")) {
      try Interpreter(Self.model([relu], [.init("v", [1], .init(.int8, .memory([1])))]))
    }
  }

  @Test func `values are let go after their last use`() throws {
    // Three values of 4 MB at once have room, eight have not.
    let nodes = (0..<8).map { OperatorNode("Relu", ["h\($0)"], ["h\($0 + 1)"]) }
    let model = Self.model([OperatorNode("Identity", ["x"], ["h0"])] + nodes, [], input: [.named("N")])
    let input = try GraphTensor([1 << 20], [Float](repeating: 1, count: 1 << 20))
    #expect(try Interpreter(model, limit: 12 << 20).run(["x": input])["h8"] == input)
    #expect(throws: CheckpointError(.limit, "")) { try Interpreter(model, limit: 4 << 20).run(["x": input]) }
  }
}
