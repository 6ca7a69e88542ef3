// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Which tensors of a network come from the file, and why the others do not.
package struct LoadingTable: Sendable, Equatable, Codable {
  package enum Status: String, Sendable, Codable, CaseIterable {
    /// Taken from the file.
    case loaded
    /// Drawn anew, as `--fresh` says.
    case fresh
    /// In the file, but no `--load` names it.
    case left
    /// Not in the file.
    case missing
    /// In the file with another shape, or with a data type that cannot be meant.
    case misshapen
    /// In the file, and the network has no place for it.
    case unexpected
    /// Unexpected, and `--ignore` names it.
    case ignored
  }

  package struct Row: Sendable, Equatable, Codable {
    package var key: Text
    package var status: Status
    /// What the network needs; nil where it has no such tensor.
    package var needed: [Int]?
    /// What the file has.
    package var found: [Int]?
    /// The file's data type where it is the obstacle.
    package var dtype: String?
  }

  /// What the command line says about single tensors.
  package struct Rules: Sendable, Equatable {
    package var load: [String]
    package var fresh: [String]
    package var ignore: [String]

    package init(load: [String] = [], fresh: [String] = [], ignore: [String] = []) {
      self.load = load
      self.fresh = fresh
      self.ignore = ignore
    }
  }

  /// The network's tensors in its order, then what else the file has.
  package let rows: [Row]

  /// - Throws: `nothingMatched` for a pattern that selects nothing.
  package init(_ slots: [StateSlot], _ file: BackboneFile?, _ rules: Rules) throws(CheckpointError) {
    let tensors = file?.tensors ?? [:]
    let keys = slots.map { Text($0.key) }
    let places = Set(keys)
    let strangers = (file?.keys ?? []).filter { !places.contains($0) }
    let load = try KeyPatterns(rules.load, option: "--load", among: keys)
    let fresh = try KeyPatterns(rules.fresh, option: "--fresh", among: keys)
    let ignore = try KeyPatterns(rules.ignore, option: "--ignore", among: strangers)
    var rows: [Row] = []
    for (key, slot) in zip(keys, slots) {
      let tensor = tensors[key]
      var row = Row(key: key, status: .loaded, needed: slot.shape, found: tensor?.shape)
      if fresh.matches(key) {
        row.status = .fresh
      } else if tensor == nil {
        row.status = .missing
      } else if !rules.load.isEmpty, !load.matches(key) {
        row.status = .left
      } else if let tensor, !slot.accepts(tensor.dtype) {
        row.status = .misshapen
        row.dtype = tensor.dtype.rawValue
      } else if tensor?.shape != slot.shape {
        row.status = .misshapen
      }
      rows.append(row)
    }
    for key in strangers {
      let status: Status = ignore.matches(key) ? .ignored : .unexpected
      rows.append(Row(key: key, status: status, needed: nil, found: tensors[key]?.shape))
    }
    self.rows = rows
  }

  package func keys(_ status: Status) -> [Text] { rows.filter { $0.status == status }.map(\.key) }

  package func count(_ status: Status) -> Int { rows.count { $0.status == status } }
}

extension StateSlot {
  /// Floating-point tensors of any width are read as float32; counters are int64 and nothing else.
  func accepts(_ dtype: DType) -> Bool { kind == .counter ? dtype == .int64 : dtype.isFloatingPoint }
}
