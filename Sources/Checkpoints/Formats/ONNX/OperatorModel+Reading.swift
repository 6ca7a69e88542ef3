// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension OperatorModel {
  /// More structure has no graph that is run: names, nodes and attributes of the largest of ours take 140 kB.
  private static let mostBytes = 8 << 20
  private static let mostNodes = 1 << 16

  /// Reads a model whose graph can be run: of ONNX's own operators, without graphs within it. Elements are not read.
  ///
  /// What nodes of `Constant` give are initialisers like others.
  ///
  /// - Throws: `.corrupt` for whatever breaks a rule of the form, `.limit` for more nodes than any such graph has,
  ///   `.unsupported` for what a graph may have and is not run; each with byte and name.
  package init(_ file: InputFile) throws(CheckpointError) {
    do throws(CheckpointError) { try self.init(ONNXModel(file)) } catch { throw error.at(file: file.path) }
  }

  /// The model of a file; nil where the file is of another form.
  package init?(ofONNX path: String) throws(CheckpointError) {
    let file = try InputFile(path: path)
    guard try ONNXStart.begins(file) else { return nil }
    try self.init(file)
  }

  private init(_ model: ONNXModel) throws(CheckpointError) {
    guard let version = model.facts.operatorSets["ai.onnx"] else {
      throw CheckpointError(.corrupt, "ModelProto does not say which version of ONNX's operators it has")
    }
    func text(_ field: ONNXModel.Field) -> Text { model.facts.texts[Text(field.protoName)] ?? "" }
    self.init(
      OperatorGraph(model.facts.graph), operatorSet: version, irVersion: model.facts.irVersion ?? 0,
      producer: (text(.producer_name), text(.producer_version)), metadata: model.metadata)
    graph.inputs = try model.facts.inputs.map(OperatorPort.init)
    graph.outputs = try model.facts.outputs.map(OperatorPort.init)
    graph.nodes = try Self.nodes(of: model)
    var opened = ONNXFile(model)
    // Initialisers and constants: nodes with others in them were refused.
    for (key, tensor) in model.tensors.all.elements.prefix(model.graphTensors) {
      do throws(CheckpointError) {
        let (dtype, bytes) = try opened.elements(of: tensor)
        graph.initializers.append(.init(key, tensor.shape, Tensor(dtype, bytes)))
      } catch { throw error.at(byte: tensor.byte, key: ValuePath.escape(key)) }
    }
  }

  private static func nodes(of model: ONNXModel) throws(CheckpointError) -> [OperatorNode] {
    if let own = model.operators.defined.first {
      throw CheckpointError(
        .unsupported, "it brings the operator \(own.text) itself, and ONNX's own alone are run")
    }
    var nodes: [OperatorNode] = []
    var bytes = 0
    var index = 0
    var cursor = ProtobufCursor<ONNXModel.GraphField>(model.window, model.graph)
    while let field = try cursor.next() {
      guard field.name == .node else {
        guard field.name != .sparse_initializer else {
          throw CheckpointError(
            .unsupported, "the graph has a sparse initialiser", at: .init(byte: field.byte))
        }
        continue
      }
      let range = try field.bytes()
      bytes += range.count
      guard bytes <= mostBytes, index < mostNodes else {
        throw CheckpointError(
          .limit, "its nodes are more than \(mostNodes), or take more than \(mostBytes) bytes",
          at: .init(byte: field.byte))
      }
      let node = try ONNXNode(model.window, range, index)
      index += 1
      if try !isInitializer(node, model) { nodes.append(try OperatorNode(node, model.window)) }
    }
    return nodes
  }

  /// Whether a node is a constant that is among the model's tensors.
  private static func isInitializer(_ node: ONNXNode, _ model: ONNXModel) throws(CheckpointError) -> Bool {
    guard node.operation.name == "Constant", ONNXOperators.isStandard(node.operation.domain),
      model.tensors[node.label] != nil
    else { return false }
    var attributes: [ONNXAttribute] = []
    var cursor = ProtobufCursor<ONNXNode.Field>(model.window, node.range)
    while let field = try cursor.next() {
      if field.name == .attribute { attributes.append(try ONNXAttribute(model.window, field.bytes())) }
    }
    return attributes.count == 1 && attributes[0].isConstant
  }
}

extension OperatorPort {
  fileprivate init(_ info: ONNXValueInfo) throws(CheckpointError) {
    func fault(_ code: CheckpointError.Code, _ reason: String) -> CheckpointError {
      CheckpointError(code, reason, at: .init(byte: info.byte, key: ValuePath.escape(info.name)))
    }
    guard let element = info.tensor?.element.flatMap(ONNXDataType.init(rawValue:)), let dtype = element.dtype,
      let dimensions = info.tensor?.dimensions
    else {
      throw fault(.unsupported, "it is `\(info.type)`, and tensors of known type and rank alone are run")
    }
    var sizes: [OperatorPort.Dimension] = []
    for dimension in dimensions {
      switch dimension {
      case .size(let size):
        guard size >= 0 else { throw fault(.corrupt, "its shape has the negative size \(size)") }
        sizes.append(.size(Int(size)))
      case .named(let name): sizes.append(.named(name))
      case .unknown: sizes.append(.named(""))
      }
    }
    self.init(info.name, sizes, dtype)
  }
}
