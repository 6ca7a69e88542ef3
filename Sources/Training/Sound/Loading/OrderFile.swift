// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// An order of rows that was recorded elsewhere, for replaying another run batch by batch.
///
/// Either JSON, `[[1, [5, 4, 2]], [2, [0, 4, 1]]]`: epochs and the rows' indices, counted from 0; or plain indices
/// apart by white space, which are the order of every epoch. A row may stand more than once, or not at all.
package struct OrderFile: Sendable, Equatable {
  package enum Rows: Sendable, Equatable {
    case byEpoch([Int: [Int]])
    case everyEpoch([Int])
  }

  package let path: String
  package let rows: Rows

  /// - Throws: `corrupt`, with the line or the entry, where the file has neither form.
  package init(_ path: String) throws(CheckpointError) {
    self.path = path
    do throws(CheckpointError) {
      let text = try TextFile(path: path, limit: 1 << 28)
      let first = text.bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
      guard let first else { throw CheckpointError(.emptyResult, "the order file holds no index") }
      rows = first == UInt8(ascii: "[") ? try Self.json(text.bytes) : try Self.plain(text)
    } catch { throw error.at(file: path) }
  }

  /// The order of the rows 0..<`items` in `epoch`.
  ///
  /// - Throws: `contradiction` where the file has no such epoch, or names a row that the data do not have.
  package func order(epoch: Int, items: Int) throws(CheckpointError) -> [Int] {
    let order: [Int]
    switch rows {
    case .everyEpoch(let rows): order = rows
    case .byEpoch(let epochs):
      guard let rows = epochs[epoch] else {
        let known = epochs.keys.sorted().map(String.init).joined(separator: ", ")
        throw CheckpointError(
          .contradiction, "there is no order for epoch \(epoch); the file has \(known)", at: .init(file: path)
        )
      }
      order = rows
    }
    if let stray = order.first(where: { !(0..<items).contains($0) }) {
      throw CheckpointError(
        .contradiction, "row \(stray) of epoch \(epoch) is not among the data's rows 0 to \(items - 1)",
        at: .init(file: path))
    }
    return order
  }

  private static func plain(_ text: TextFile) throws(CheckpointError) -> Rows {
    var indices: [Int] = []
    for row in TextRow.read(text) {
      for field in row.fields {
        guard let index = Int(field.shown), index >= 0 else {
          throw CheckpointError(
            .corrupt, "'\(field)' is no row's index", at: row.place,
            hint: "indices counted from 0, or JSON: [[epoch, [indices]], ...]")
        }
        indices.append(index)
      }
    }
    return .everyEpoch(indices)
  }

  private static func json(_ bytes: [UInt8]) throws(CheckpointError) -> Rows {
    func wrong(_ place: Text? = nil) -> CheckpointError {
      CheckpointError(
        .corrupt, "this is no JSON of the form [[epoch, [indices]], ...]", at: .init(member: place))
    }
    guard let entries = try? JSONTree(bytes, subject: "the order").items else { throw wrong() }
    var epochs: [Int: [Int]] = [:]
    for (index, entry) in entries.enumerated() {
      let place = Text("entry \(index + 1)")
      guard let parts = entry.items, parts.count == 2, let epoch = parts[0].integer,
        let items = parts[1].items
      else { throw wrong(place) }
      let rows = items.compactMap(\.integer)
      guard rows.count == items.count else { throw wrong(place) }
      guard epochs.updateValue(rows, forKey: epoch) == nil else {
        throw CheckpointError(.collision, "epoch \(epoch) stands twice", at: .init(member: place))
      }
    }
    return .byEpoch(epochs)
  }
}
