// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import OrderedCollections

/// Reads `optimizer.state_dict()` as it lies in a checkpoint.
extension OptimizerState {
  /// SGD, Adam or AdamW, of any PyTorch version: numbers may be Python's, numpy's or tensors without dimensions.
  ///
  /// - Parameter node: the dict with `state` and `param_groups`; the root where nil.
  /// - Throws: `misfit` where it is no such dict, or of another optimizer; `unsupported` for `maximize`, and for keys
  ///   that are no integers; `corrupt` where parts are missing or of another type.
  package init(_ document: Document, at node: NodeID? = nil) throws(CheckpointError) {
    let record: OptimizerRecord
    do {
      record = try OptimizerRecord(node ?? document.root, in: document)
    } catch { throw Self.refusal(error, document) }
    self.init(groups: [], entries: [:])
    for (number, group) in record.groups.enumerated() {
      groups.append(try OptimizerReader(document, at: "param_groups[\(number)]").group(group))
    }
    for (index, node) in record.entries {
      let found = try OptimizerReader(document, at: "state[\(index)]").entry(node)
      if found != Entry() { entries[Int(index)] = found }
    }
  }

  /// What no run can go on from, in words.
  private static func refusal(_ misfit: OptimizerRecord.Misfit, _ document: Document) -> CheckpointError {
    func named(_ place: String) -> CheckpointError {
      CheckpointError(
        .unsupported, "\(place): parameters are named by something else than integers",
        hint: "FSDP's form becomes PyTorch's own by `FSDP.optim_state_dict_to_load`")
    }
    switch misfit {
    case .absent, .groups:
      return CheckpointError(
        .misfit, "this is no optimizer state: a dict with `state` and `param_groups`",
        hint: "the `state_dict()` of an optimizer, as `resect ls` shows it")
    case .params(let group):
      return CheckpointError(.corrupt, "param_groups[\(group)]: `params` is missing or no list")
    case .named(let group): return named("param_groups[\(group)]")
    case .repeated(let index, _):
      return CheckpointError(.corrupt, "index \(index) stands twice in the `params` of the groups")
    case .state(let node):
      if case .stateDict = document[node] { return named("state") }
      return CheckpointError(.corrupt, "state: it is no dict")
    case .key: return named("state")
    case .stranger(let index):
      return CheckpointError(.misfit, "state \(index) belongs to no parameter group")
    }
  }
}

/// Reads what the parts of one document hold; `place` names the part in errors.
private struct OptimizerReader {
  private let document: Document
  private let place: String

  init(_ document: Document, at place: String) {
    self.document = document
    self.place = place
  }

  func group(_ group: OptimizerRecord.Group) throws(CheckpointError) -> OptimizerState.Group {
    let node = group.node
    guard !flag("maximize", in: node) else {
      throw CheckpointError(.unsupported, "\(place): `maximize` is on; gradients are only descended here")
    }
    return OptimizerState.Group(
      learningRate: try number("lr", in: node), weightDecay: try number("weight_decay", in: node),
      settings: try settings(node), parameters: group.indices.map(Int.init))
  }

  private func settings(_ node: NodeID) throws(CheckpointError) -> OptimizerState.Settings {
    if document.value(of: "momentum", in: node) != nil, document.value(of: "dampening", in: node) != nil {
      return .sgd(
        SGDSettings(
          momentum: try number("momentum", in: node), dampening: try number("dampening", in: node),
          nesterov: flag("nesterov", in: node)))
    }
    guard let betas = document.value(of: "betas", in: node), document.value(of: "amsgrad", in: node) != nil
    else {
      throw CheckpointError(.misfit, "\(place): its keys are neither SGD's nor Adam's")
    }
    let pair: [NodeID]
    switch document[betas] {
    case .tuple(let items), .list(let items): pair = items
    default: pair = []
    }
    guard pair.count == 2 else { throw corrupt("`betas` are not two numbers") }
    let settings = AdamSettings(
      beta1: try number(pair[0], "betas"), beta2: try number(pair[1], "betas"),
      epsilon: try number("eps", in: node), amsgrad: flag("amsgrad", in: node))
    guard settings.beta1 < 1, settings.beta2 < 1 else { throw corrupt("`betas` are not below 1") }
    var decoupled: Bool?
    if let value = document.value(of: "decoupled_weight_decay", in: node),
      case .bool(let isOn) = document[value]
    {
      decoupled = isOn
    }
    return .adam(settings, decoupled: decoupled)
  }

  func entry(_ node: NodeID) throws(CheckpointError) -> OptimizerState.Entry {
    var result = OptimizerState.Entry()
    for entry in try entries(of: node) {
      guard case .string(let name) = entry.key else { throw corrupt("a key is no text") }
      if name == "step" {
        result.step = Float(try number(entry.value, "step"))
        continue
      }
      switch document[entry.value] {
      // PyTorch 1.13 keeps None where there is no momentum.
      case .none: continue
      case .tensor(let record): result.tensors[name] = try tensor(record, name)
      default: throw corrupt("`\(name)` is no plain tensor")
      }
    }
    return result
  }

  private func tensor(_ record: TensorRecord, _ name: Text) throws(CheckpointError) -> OptimizerState.Tensor {
    // An expanded tensor can claim any number of elements.
    guard record.byteCount <= document[record.storage].byteCount,
      let values = try TensorReader(document, record).floats()
    else {
      throw corrupt("`\(name)` is \(record.dtype) of shape \(record.shape) in a storage that does not fit it")
    }
    return OptimizerState.Tensor(shape: record.shape, values: values)
  }

  /// The entries of a dict, whichever form its keys gave it.
  private func entries(of node: NodeID) throws(CheckpointError) -> [(key: Node, value: NodeID)] {
    switch document[node] {
    case .mapping(let mapping): return mapping.entries.map { (document[$0.key], $0.value) }
    case .stateDict(let state): return state.entries.map { (.string($0.key), $0.value) }
    default: throw corrupt("it is no dict")
    }
  }

  private func flag(_ name: String, in node: NodeID) -> Bool {
    guard let id = document.value(of: Text(name), in: node) else { return false }
    switch document[id] {
    case .bool(let value): return value
    case .int(let value): return value != 0
    default: return false
    }
  }

  private func number(_ name: String, in node: NodeID) throws(CheckpointError) -> Double {
    guard let id = document.value(of: Text(name), in: node) else { throw corrupt("`\(name)` is missing") }
    return try number(id, name)
  }

  /// A finite number that is not negative: none of an optimizer's is.
  private func number(_ id: NodeID, _ name: String) throws(CheckpointError) -> Double {
    let value = try value(of: id)
    guard let value, value.isFinite, value >= 0 else {
      throw corrupt("`\(name)` is no finite number from 0 on")
    }
    return value
  }

  private func value(of id: NodeID) throws(CheckpointError) -> Double? {
    switch document[id] {
    case .int(let value): return Double(value)
    case .float(let value): return value
    case .bool(let value): return value ? 1 : 0
    case .numpy(let value):
      switch value.json {
      case .double(let number): return number
      case .int(let number): return Double(number)
      default: return nil
      }
    case .tensor(let record) where record.count == 1:
      let reader = TensorReader(document, record)
      if record.dtype.isFloatingPoint { return try reader.doubles().first }
      guard record.dtype == .int64 else { return nil }
      let bits = try reader.bytes().reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return Double(Int64(bitPattern: bits))
    default: return nil
    }
  }

  private func corrupt(_ reason: String) -> CheckpointError {
    CheckpointError(.corrupt, "\(place): \(reason)")
  }
}
