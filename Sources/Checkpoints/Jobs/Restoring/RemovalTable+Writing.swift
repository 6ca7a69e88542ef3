// SPDX-License-Identifier: Apache-2.0

extension RemovalTable {
  /// The entries of a patch that say where bytes are found, as lists and tuples of text and numbers.
  func entries(in document: inout Document) -> [(key: Text, node: NodeID)] {
    [
      (Key.format, document.add(.string(Self.format))),
      (Key.version, document.add(.int(Int64(Self.version)))),
      (Key.recipe, document.list(recipe) { $0.add(.string($1)) }),
      (Key.storages, document.list(storages) { $0.add(.int(Int64($1))) }),
      (Key.given, document.list(given) { $0.add($1) }),
      (
        Key.held,
        document.list(held) { document, held in
          let path = document.add(.string(held.path))
          let place = document.add(held.place)
          return document.add(.tuple([path, place]))
        }
      ),
    ]
  }
}

extension Document {
  fileprivate mutating func list<Item>(_ items: [Item], _ add: (inout Document, Item) -> NodeID) -> NodeID {
    let nodes = items.map { add(&self, $0) }
    return self.add(.list(nodes))
  }

  fileprivate mutating func integers(_ values: [Int]) -> NodeID {
    let nodes = values.map { add(.int(Int64($0))) }
    return add(.tuple(nodes))
  }

  /// `(path, data type, shape, SHA-256, place or None)`.
  fileprivate mutating func add(_ given: RemovalTable.Given) -> NodeID {
    let parts = [
      add(.string(given.path)), add(.string(Text(given.dtype.rawValue))), integers(given.shape),
      add(.string(given.sha256)), given.place.map { add($0) } ?? add(.none),
    ]
    return add(.tuple(parts))
  }

  /// `(storage, first byte, order of the dimensions)`.
  fileprivate mutating func add(_ place: RemovalTable.Place) -> NodeID {
    let parts = [add(.int(Int64(place.storage))), add(.int(Int64(place.start))), integers(place.order)]
    return add(.tuple(parts))
  }
}
