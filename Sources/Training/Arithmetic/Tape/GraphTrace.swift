// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
package import OrderedCollections

/// The graph of operators that a tape writes down while a network goes over it: ONNX's, opset 13.
///
/// Each operation of a tape writes the nodes that compute what it computes, beside its forward and its backward part, so
/// that a network is said once. Variables that share memory are told apart by their columns: what is put side by side in
/// one is a concatenation, some channels of one are a slice.
///
/// Sizes that are known before a graph is run are channels and frequencies. Batch and time are not, and no node may hold
/// the ones that the tape happened to have.
package final class GraphTrace<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  /// How a value lies in the graph. A variable is channels-last, and has (frequency, frame) as one position.
  package enum Layout: Sendable {
    /// batch x frames x bins: what goes in.
    case features
    /// batch x channels x frames.
    case sequence
    /// batch x channels x frequencies x frames.
    case map
    /// batch x channels.
    case row
  }

  private struct Piece {
    var columns: Range<Int>
    var name: Text
    var layout: Layout
  }

  package private(set) var nodes: [OperatorNode] = []
  package private(set) var tensors: OrderedDictionary<Text, TracedTensor> = [:]
  /// What is in the columns of a tensor.
  private var pieces: [ObjectIdentifier: [Piece]] = [:]
  private var parameters: [ObjectIdentifier: (key: Text, shape: [Int])] = [:]
  /// Held, so that no other has the identifier of one.
  private var held: [Tensor<Real>] = []
  /// Which node gives a value.
  private var makers: [Text: Int] = [:]
  private var counts: [Text: Int] = [:]
  /// Values that several operations want, by what they are made of.
  private var kept: [String: Text] = [:]

  package init() {}

  /// Makes a parameter known by its key.
  package func bind(_ key: Text, _ shape: [Int], _ variable: Variable<Real>) {
    parameters[ObjectIdentifier(variable.tensor)] = (key, shape)
  }

  // MARK: Values

  /// The name of a variable's value, put together or cut out of others where need be.
  package subscript(_ x: Variable<Real>) -> Text { value(x).name }

  package func layout(of x: Variable<Real>) -> Layout { value(x).layout }

  /// Says that a variable's value has a name from here on.
  package func give(_ name: Text, to y: Variable<Real>, _ layout: Layout) {
    let place = ObjectIdentifier(y.tensor)
    if pieces[place] == nil { held.append(y.tensor) }
    pieces[place, default: []].removeAll { $0.columns.overlaps(y.columns) }
    pieces[place, default: []].append(Piece(columns: y.columns, name: name, layout: layout))
  }

  private func value(_ x: Variable<Real>) -> Piece {
    let place = ObjectIdentifier(x.tensor)
    let known = pieces[place] ?? []
    if let piece = known.first(where: { $0.columns == x.columns }) { return piece }
    var names: [Text] = []
    var start = x.columns.lowerBound
    var layout = Layout.sequence
    while start < x.columns.upperBound {
      // The longest that fits: what was put together before is taken whole.
      let fitting = known.filter {
        $0.columns.lowerBound == start && $0.columns.upperBound <= x.columns.upperBound
      }
      guard
        let piece = fitting.max(by: { $0.columns.count < $1.columns.count })
          ?? known.first(where: { $0.columns.contains(start) })
      else { preconditionFailure("an operation has written no nodes") }
      let part = start..<min(piece.columns.upperBound, x.columns.upperBound)
      let offset = piece.columns.lowerBound
      names.append(
        part == piece.columns
          ? piece.name : slice(piece.name, (part.lowerBound - offset)..<(part.upperBound - offset)))
      (start, layout) = (part.upperBound, piece.layout)
    }
    let name = joined(names)
    let piece = Piece(columns: x.columns, name: name, layout: layout)
    pieces[place, default: []].append(piece)
    return piece
  }

  /// Values one behind the other, by channels; one stays what it is.
  package func joined(_ names: [Text]) -> Text {
    names.count == 1 ? names[0] : node("Concat", names, [("axis", .int(1))])
  }

  private func slice(_ name: Text, _ channels: Range<Int>) -> Text {
    node("Slice", [name, integers([channels.lowerBound]), integers([channels.upperBound]), integers([1])])
  }

  /// A variable's value as batch x channels x frames, where it is not a map.
  package func sequence(_ x: Variable<Real>) -> Text {
    let value = value(x)
    guard value.layout == .features else { return value.name }
    let name = node("Transpose", [value.name], [("perm", .ints([0, 2, 1]))])
    give(name, to: x, .sequence)
    return name
  }

  /// A variable's value as batch x channels, of one frame.
  package func row(_ x: Variable<Real>) -> Text {
    let value = value(x)
    guard value.layout != .row else { return value.name }
    let name = node("Flatten", [value.name], [("axis", .int(1))])
    give(name, to: x, .row)
    return name
  }

  // MARK: Nodes

  /// Adds a node of one output, and gives its name.
  package func node(
    _ operation: Text, _ inputs: [Text], _ attributes: [(name: Text, value: OperatorNode.Attribute)] = []
  ) -> Text {
    let count = counts[operation, default: 0]
    counts[operation] = count + 1
    let name = operation + "_" + Text(count)
    makers[name] = nodes.count
    nodes.append(OperatorNode(operation, inputs, [name], attributes))
    return name
  }

  /// The same value for all that want it; made once.
  package func once(_ key: String, _ make: () -> Text) -> Text {
    if let name = kept[key] { return name }
    let name = make()
    kept[key] = name
    return name
  }

  /// A parameter, or some of its columns.
  package func parameter(_ weight: Variable<Real>) -> Text {
    guard let (key, whole) = parameters[ObjectIdentifier(weight.tensor)] else {
      preconditionFailure("a weight that is no parameter")
    }
    guard weight.columns != 0..<weight.tensor.value.columns else {
      tensors[key] = TracedTensor(shape: whole, content: .parameter(key))
      return key
    }
    let slice = ColumnSlice(key, weight.columns)
    let shape = [whole[0], slice.columns.count] + whole.dropFirst(2)
    tensors[slice.name] = TracedTensor(shape: shape, content: .columns(slice))
    return slice.name
  }

  /// PyTorch's shape of a parameter.
  package func shape(of weight: Variable<Real>) -> [Int] {
    parameters[ObjectIdentifier(weight.tensor)]?.shape ?? []
  }

  /// One number, as a scalar.
  package func scalar(_ value: Float) -> Text { constant(.scalar(value)) }

  /// A vector of one number, again and again.
  package func vector(_ value: Float, _ count: Int) -> Text { constant(.vector(value, count: count)) }

  package func integers(_ values: [Int64]) -> Text { constant(.integers(values)) }

  package func integers(_ values: [Int]) -> Text { integers(values.map(Int64.init)) }

  package func integer(_ value: Int64) -> Text { constant(.integer(value)) }

  private func constant(_ constant: GraphConstant) -> Text {
    tensors[constant.name] = TracedTensor(shape: constant.shape, content: .constant(constant))
    return constant.name
  }

  /// `Conv` of a kernel of 1 without a bias: a product over channels at each place.
  package func pointwise(_ input: Text, _ weight: Variable<Real>, _ layout: Layout) -> Text {
    node("Conv", [input, parameter(weight)], [("kernel_shape", .ints(layout == .map ? [1, 1] : [1]))])
  }

  /// A bias, as the third input of the product that it comes right after.
  package func addBias(_ name: Text, _ bias: Variable<Real>?) -> Text {
    guard let bias else { return name }
    guard let maker = makers[name], ["Conv", "Gemm"].contains(nodes[maker].operation),
      nodes[maker].inputs.count == 2
    else { preconditionFailure("a bias comes right after a product") }
    nodes[maker].inputs.append(parameter(bias))
    return name
  }

  /// The graph, from an input to an output of these names.
  package func graph(
    _ name: Text, from input: (name: Text, bins: Int), to output: (name: Text, variable: Variable<Real>)
  ) -> OperatorGraph<TracedTensor> {
    let last = row(output.variable)
    for index in nodes.indices {
      nodes[index].inputs = nodes[index].inputs.map { $0 == last ? output.name : $0 }
      nodes[index].outputs = nodes[index].outputs.map { $0 == last ? output.name : $0 }
    }
    let used = Set(nodes.flatMap(\.inputs))
    return OperatorGraph(
      name,
      inputs: [.init(input.name, [.named("batch_size"), .named("frame_num"), .size(input.bins)])],
      outputs: [.init(output.name, [.named("batch_size"), .size(output.variable.channels)])],
      nodes: nodes,
      initializers: tensors.filter { used.contains($0.key) }.map { .init($0.key, $0.value.shape, $0.value) })
  }
}

/// A tensor that a graph has of its own.
package struct TracedTensor: Sendable {
  package enum Content: Sendable {
    /// A network's parameter or buffer.
    case parameter(Text)
    /// Some columns of one.
    case columns(ColumnSlice)
    case constant(GraphConstant)
  }

  package var shape: [Int]
  package var content: Content

  package init(shape: [Int], content: Content) { (self.shape, self.content) = (shape, content) }
}
