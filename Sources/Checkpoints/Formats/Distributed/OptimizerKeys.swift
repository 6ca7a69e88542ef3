// SPDX-License-Identifier: Apache-2.0

/// The keys of an optimizer's `state`: integers in PyTorch, text in a distributed checkpoint.
///
/// With text keys beside integer `params` nothing matches: `load_state_dict` succeeds and the optimizer begins anew.
enum OptimizerKeys {
  /// Makes keys integers again where the groups' `params` list exactly such integers; gives a note for each
  /// optimizer that this was done to.
  static func restore(in document: inout Document) throws(CheckpointError) -> [String] {
    var notes: [String] = []
    for (path, optimizer) in try document.optimizers() where restore(optimizer, in: &document) {
      let name: Text = path.isEmpty ? "state" : "\(path)/state"
      notes.append("the keys of `\(name)` are integers again, as `params` has them; the folder holds text")
    }
    return notes
  }

  private static func restore(_ optimizer: NodeID, in document: inout Document) -> Bool {
    guard let state = document.value(of: "state", in: optimizer),
      case .mapping(var mapping) = document[state],
      !mapping.entries.isEmpty, let groups = document.value(of: "param_groups", in: optimizer),
      case .list(let items) = document[groups]
    else { return false }
    var known: Set<Int64> = []
    for item in items {
      guard let params = document.value(of: "params", in: item), case .list(let ids) = document[params] else {
        return false
      }
      for id in ids {
        guard case .int(let number) = document[id] else { return false }
        known.insert(number)
      }
    }
    var numbers: [Int64] = []
    for entry in mapping.entries {
      guard case .string(let key) = document[entry.key], let number = key.ascii.flatMap({ Int64($0) }),
        Text(number) == key,
        known.contains(number)
      else { return false }
      numbers.append(number)
    }
    for (place, number) in numbers.enumerated() {
      mapping.entries[place].key = document.add(.int(number))
    }
    document[state] = .mapping(mapping)
    return true
  }
}
