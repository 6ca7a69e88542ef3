// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// `ModelProto`: every tensor of a model under a key, which operators its graphs name, and what it says of itself.
///
/// Nothing but the descriptions is read: elements are passed over, and files beside the model are not looked at.
struct ONNXModel {
  enum Field: Int, ProtobufFields {
    static let message = "ModelProto"
    case ir_version = 1
    case producer_name, producer_version, domain, model_version, doc_string, graph, opset_import
    case metadata_props = 14
    case training_info = 20
    case functions = 25

    var isRepeated: Bool {
      switch self {
      case .opset_import, .metadata_props, .training_info, .functions: true
      default: false
      }
    }
  }

  let file: InputFile
  let window: ProtobufWindow
  /// The initialisers of the graph in its order, under their names; then constants of nodes under the names of their
  /// outputs; then what lies in graphs within the graph, in training's, and in functions, behind the way to it.
  private(set) var tensors = ONNXTensors()
  var operators = ONNXOperators()
  private(set) var facts = ONNXFacts()
  private(set) var metadata: OrderedDictionary<Text, Text> = [:]
  /// Where the main graph lies.
  private(set) var graph = 0..<0
  /// How many of the tensors are its own: they are the first.
  private(set) var graphTensors = 0

  /// - Throws: `.corrupt` with byte and key for whatever breaks a rule of the form; `.limit` for graphs within graphs
  ///   beyond any use, and for more tensors and names than a model has.
  init(_ file: InputFile) throws(CheckpointError) {
    self.file = file
    window = ProtobufWindow(file)
    tensors = ONNXTensors(limits: .current, size: file.size)
    var graph: Range<Int>?
    var training: [Range<Int>] = []
    var functions: [Range<Int>] = []
    var cursor = ProtobufCursor<Field>(window, 0..<file.size)
    while let field = try cursor.next() {
      switch field.name {
      case .ir_version: facts.irVersion = try field.integer()
      case .producer_name, .producer_version, .domain, .doc_string:
        facts.texts[Text(field.name.protoName)] = try field.text()
      case .model_version: facts.modelVersion = try field.integer()
      case .graph: graph = try field.bytes()
      case .opset_import: try facts.addOperators(window, field.bytes())
      case .metadata_props: try addMetadata(ONNXEntry(window, field.bytes()))
      case .training_info: training.append(try field.bytes())
      case .functions: functions.append(try field.bytes())
      }
      guard training.count + functions.count <= 1 << 16 else {
        throw CheckpointError(
          .limit, "it has more than \(1 << 16) functions", at: .init(byte: field.byte))
      }
    }
    guard facts.irVersion != nil else {
      throw CheckpointError(.corrupt, "ModelProto has no ir_version", at: .init(byte: 0))
    }
    guard let graph else { throw CheckpointError(.corrupt, "ModelProto has no graph", at: .init(byte: 0)) }
    self.graph = graph
    try add(graph: graph, at: ONNXPlace(), isMain: true)
    graphTensors = tensors.all.count
    for (index, range) in training.enumerated() {
      try add(training: range, at: ONNXPlace().inside("training_info").inside(Text(index)))
    }
    for range in functions { try add(function: range) }
  }

  private mutating func addMetadata(_ entry: ONNXEntry) throws(CheckpointError) {
    guard metadata.updateValue(entry.value, forKey: entry.key) == nil else {
      throw CheckpointError(
        .corrupt, "metadata_props has the key `\(entry.key)` twice", at: .init(byte: entry.byte))
    }
  }

  /// Notes a tensor under the place where it is.
  mutating func add(_ tensor: ONNXTensor, at place: ONNXPlace) throws(CheckpointError) {
    try tensors.add(tensor, at: place)
  }

  /// Notes what goes into the main graph and comes out of it.
  mutating func note(inputs: [ONNXValueInfo], outputs: [ONNXValueInfo], graph: Text) {
    facts.graph = graph
    // Before IR version 4 each initialiser was an input too.
    facts.inputs = inputs.filter { tensors[$0.name] == nil }
    facts.outputs = outputs
  }
}
