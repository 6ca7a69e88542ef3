// SPDX-License-Identifier: Apache-2.0

extension RemovalTable {
  /// Reads the table of a patch; that its places fit its storages is left to `JoinedStorages`.
  ///
  /// - Throws: `unsupported` for what is no patch, or one of another version; `corrupt` for what is not as `Writing` has
  ///   it. Neither names the file.
  init(_ document: Document) throws(CheckpointError) {
    let reader = PatchReader(document: document)
    guard case .string(Self.format)? = reader.entry(Key.format) else {
      throw CheckpointError(
        .unsupported, "it is no file that --keep-removed wrote",
        hint: "name the file that stood behind --keep-removed when the result was written")
    }
    guard case .int(let version)? = reader.entry(Key.version), version == Self.version else {
      throw CheckpointError(
        .unsupported, "this form of what was removed is not known; \(Self.version) is",
        at: .init(key: Key.version),
        hint: "a newer resect reads it")
    }
    recipe = try reader.items(Key.recipe) { value throws(CheckpointError) in try value.text() }
    storages = try reader.items(Key.storages) { value throws(CheckpointError) in try value.count() }
    given = try reader.items(Key.given) { value throws(CheckpointError) in try value.given() }
    held = try reader.items(Key.held) { value throws(CheckpointError) in try value.held() }
    try Self.checkApart(given.map(\.path), Key.given)
    try Self.checkApart(held.map(\.path), Key.held)
  }

  private static func checkApart(_ paths: [Text], _ key: Text) throws(CheckpointError) {
    var seen: Set<Text> = []
    for (index, path) in paths.enumerated() where !seen.insert(path).inserted {
      throw CheckpointError(.corrupt, "`\(path)` stands here twice", at: .init(key: key + "/" + Text(index)))
    }
  }
}

/// The entries of a patch, each of the type that it should have.
private struct PatchReader {
  let document: Document

  func entry(_ key: Text) -> Node? { document.value(of: key, in: document.root).map { document[$0] } }

  func items<Item>(
    _ key: Text, _ read: (PatchValue) throws(CheckpointError) -> Item
  ) throws(CheckpointError) -> [Item] {
    guard case .list(let nodes)? = entry(key) else {
      throw CheckpointError(.corrupt, "a list should stand here", at: .init(key: key))
    }
    var items: [Item] = []
    for (index, node) in nodes.enumerated() {
      items.append(try read(PatchValue(document: document, node: node, path: key + "/" + Text(index))))
    }
    return items
  }
}

/// One value of a patch.
private struct PatchValue {
  let document: Document
  let node: NodeID
  let path: Text

  func text() throws(CheckpointError) -> Text {
    guard case .string(let text) = document[node] else { throw wrong("text") }
    return text
  }

  func count() throws(CheckpointError) -> Int {
    guard case .int(let value) = document[node], value >= 0 else {
      throw wrong("a number that is not negative")
    }
    return Int(value)
  }

  func given() throws(CheckpointError) -> RemovalTable.Given {
    let parts = try self.parts(5)
    let name = try parts[1].text()
    guard let dtype = DType(name) else { throw parts[1].wrong("a data type") }
    let sha256 = try parts[3].text()
    let shape = try parts[2].counts()
    guard Self.bytes(dtype, shape) != nil else { throw parts[2].wrong("a shape whose bytes can be counted") }
    return .init(
      path: try parts[0].text(), dtype: dtype, shape: shape, sha256: sha256,
      place: document.isNone(parts[4].node) ? nil : try parts[4].place(rank: shape.count))
  }

  func held() throws(CheckpointError) -> RemovalTable.Held {
    let parts = try self.parts(2)
    return .init(path: try parts[0].text(), place: try parts[1].place(rank: nil))
  }

  private func place(rank: Int?) throws(CheckpointError) -> RemovalTable.Place {
    let parts = try self.parts(3)
    let order = try parts[2].counts()
    guard order.sorted() == Array(0..<(rank ?? order.count)) else {
      throw parts[2].wrong("an order of the tensor's dimensions")
    }
    return .init(storage: try parts[0].count(), start: try parts[1].count(), order: order)
  }

  private func counts() throws(CheckpointError) -> [Int] {
    guard case .tuple(let nodes) = document[node], nodes.count <= TensorRecord.mostDimensions else {
      throw wrong("a tuple of numbers")
    }
    var counts: [Int] = []
    for part in nodes { counts.append(try PatchValue(document: document, node: part, path: path).count()) }
    return counts
  }

  private func parts(_ count: Int) throws(CheckpointError) -> [PatchValue] {
    guard case .tuple(let nodes) = document[node], nodes.count == count else {
      throw wrong("a tuple of \(count)")
    }
    return nodes.enumerated().map {
      PatchValue(document: document, node: $0.element, path: path + "/" + Text($0.offset))
    }
  }

  private static func bytes(_ dtype: DType, _ shape: [Int]) -> Int? {
    var bytes = dtype.itemSize
    for size in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: max(size, 1))
      if overflow { return nil }
      bytes = product
    }
    return bytes
  }

  private func wrong(_ wanted: String) -> CheckpointError {
    CheckpointError(
      .corrupt, "\(wanted) should stand here, not a value of type \(document.typeName(node))",
      at: .init(key: path))
  }
}

extension Document {
  fileprivate func isNone(_ id: NodeID) -> Bool { if case .none = self[id] { true } else { false } }
}
