// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import FoundationEssentials

/// Speakers and their class indices, by first appearance, as upstream's `SpkLabelEncoder` counts them.
package struct LabelMap: Sendable, Equatable {
  /// The speakers in the order of their indices.
  package private(set) var names: [String] = []
  private var indices: [String: Int] = [:]

  package init() {}

  package var count: Int { names.count }

  package func index(of name: String) -> Int? { indices[name] }

  /// The index of a speaker, a new one where it is the first time.
  package mutating func add(_ name: String) -> Int {
    if let index = indices[name] { return index }
    indices[name] = names.count
    names.append(name)
    return names.count - 1
  }
}

extension LabelMap {
  private struct File: Codable {
    var schema: Int
    var labels: [String: Int]
  }

  /// `{"labels": {"alice": 0, "bob": 1}, "schema": 1}`, keys sorted.
  package func json() throws(CheckpointError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(File(schema: 1, labels: indices))) + [0x0A]
    } catch {
      throw CheckpointError(.unwritable, "the label map cannot be written as JSON: \(error)")
    }
  }

  /// Reads what `json()` wrote.
  ///
  /// - Throws: `corrupt` where it is no such file or the indices are not 0, 1, 2 and so on.
  package init(json: [UInt8]) throws(CheckpointError) {
    let file: File
    do {
      file = try JSONDecoder().decode(File.self, from: Data(json))
    } catch {
      throw CheckpointError(.corrupt, "this is no label map: \(error)")
    }
    guard file.schema == 1 else {
      throw CheckpointError(.unsupported, "label map of schema \(file.schema); 1 is read")
    }
    for (name, index) in file.labels.sorted(by: { $0.value < $1.value }) {
      guard index == names.count else {
        throw CheckpointError(
          .corrupt, "the labels' indices are not 0 to \(file.labels.count - 1), each once")
      }
      _ = add(name)
    }
  }
}
