// SPDX-License-Identifier: Apache-2.0

/// What an archive of PyTorch must have had behind the place where it was cut: its layout follows from the sizes of its
/// storages, which the pickle names.
///
/// Of PyTorch's own archives the result is exact once the pickle is whole. Where the order of members cannot be told, as
/// where another program wrote the archive, it is the least that there must have been.
struct TorchTail {
  private struct Record {
    var name: Text
    var size: Int
  }

  /// Of the whole file.
  private(set) var fileSize = 0

  private let walk: LocalWalk
  private let folder: Text
  /// Whether data begin at multiples of something, behind a field of padding.
  private let isPadded: Bool
  private let isDescribed: Bool
  private let alignment: Int

  /// - Parameters:
  ///   - alignment: what the archive's own record says; nil where it has none.
  ///   - pickleSize: of `data.pkl`; the least that it may have.
  ///   - storages: in the order in which the pickle names them.
  init(
    _ walk: LocalWalk, folder: Text, alignment: Int?, pickleSize: Int, storages: [(key: Text, size: Int)]
  ) {
    self.walk = walk
    self.folder = folder
    // The last header may be cut in its padding.
    let headers = walk.members.filter { $0.header.dataOffset <= $0.limit }.map(\.header)
    isPadded = !headers.isEmpty && headers.allSatisfy(\.isPadded)
    isDescribed = headers.contains { $0.flags & ZipFlags.dataDescriptor != 0 }
    let looksAligned =
      isPadded && headers.allSatisfy { $0.dataOffset % 64 == 0 }
      && headers.contains { $0.dataOffset > $0.offset + LocalHeader.length + $0.name.count + 4 }
    // PyTorch can write no larger one.
    self.alignment = min(max(alignment ?? (looksAligned ? 64 : 1), 1), 1 << 16)
    fileSize = size(of: rest(pickleSize, storages))
  }

  // MARK: Which records follow

  /// The least that PyTorch's own small records have.
  private static let least: [Text: Int] = [
    "version": 2, "byteorder": 3, ".format_version": 1, ".storage_alignment": 1, ".data/serialization_id": 40,
  ]

  /// The records from the first that is not whole on, and whether they are known to stand in this order.
  private func rest(
    _ pickleSize: Int, _ storages: [(key: Text, size: Int)]
  ) -> (records: [Record], isOrdered: Bool) {
    let names = walk.members.map(\.header.name)
    var records: [Record] = []
    if let last = walk.members.last, !last.isWhole {
      let inner = last.header.name.dropFirst(folder.count + 1)
      let storage = storages.first { "data/\($0.key)" == inner }?.size
      let size = inner == "data.pkl" ? pickleSize : storage ?? last.sizes?.packed ?? Self.least[inner] ?? 0
      records.append(Record(name: last.header.name, size: size))
    }
    let seen = names.filter { $0.hasPrefix("\(folder)/data/") }
    var orders = [storages.sorted { $0.key < $1.key }, storages]
    let hasByteOrder = names.contains("\(folder)/byteorder")
    if names.contains("\(folder)/.format_version") || !isDescribed { orders.reverse() }
    let order = orders.first { order in
      seen.elementsEqual(order.prefix(seen.count).map { "\(folder)/data/\($0.key)" })
    }
    // Before anything but the pickle is there, no order is known.
    let isOrdered = order != nil && (hasByteOrder || !seen.isEmpty || storages.count < 2)
    // Where something is missing in the middle, storages may have stood there.
    if isContiguous {
      let known = Set(seen)
      for storage in order ?? storages where !known.contains("\(folder)/data/\(storage.key)") {
        records.append(Record(name: "\(folder)/data/\(storage.key)", size: storage.size))
      }
    }
    var ends: [(name: Text, size: Int)] = [("version", 2)]
    if hasByteOrder && isDescribed { ends.append((".data/serialization_id", 40)) }
    for end in ends
    where !names.contains("\(folder)/\(end.name)") && !names.contains("\(folder)/.data/version") {
      records.append(Record(name: "\(folder)/\(end.name)", size: end.size))
    }
    return (records, isOrdered)
  }

  private var isContiguous: Bool {
    var end = 0
    for member in walk.members {
      guard member.header.offset == end else { return false }
      end = member.end
    }
    return walk.members.dropLast().allSatisfy(\.isWhole)
  }

  // MARK: How large they are

  private static let wide = 0xFFFF_FFFF

  private func size(of rest: (records: [Record], isOrdered: Bool)) -> Int {
    let whole = walk.members.filter(\.isWhole)
    let last = walk.members.last
    var end = last.map { $0.isWhole ? $0.end : $0.header.offset } ?? 0
    let shortest = rest.records.map(\.name.count).min() ?? 0
    for record in rest.records {
      // In another order the names would stand elsewhere, and so would the padding.
      let length = rest.isOrdered ? record.name.count : shortest
      end = self.end(of: record, nameLength: length, from: end)
    }
    for member in whole {
      end += central(member.header.name, member.range.count, member.header.offset)
    }
    for record in rest.records { end += central(record.name, record.size, 0) }
    return end + (isPadded ? 98 : 22)
  }

  /// No file is larger; a sum that has come so far stays there.
  private static let largest = 1 << 58

  private func end(of record: Record, nameLength: Int, from start: Int) -> Int {
    guard start <= Self.largest else { return start }
    let (isWide, isFar) = (record.size >= Self.wide, start >= Self.wide)
    var data = start + LocalHeader.length + nameLength
    if isPadded {
      data += 4
      if isWide || isFar { data += 4 + (isWide ? 16 : 0) + (isFar ? 8 : 0) }
      data = (data + alignment - 1) / alignment * alignment
    }
    let descriptor = isDescribed && record.size > 0 ? (isWide || isFar ? 24 : 16) : 0
    return data + record.size + descriptor
  }

  private func central(_ name: Text, _ size: Int, _ offset: Int) -> Int {
    let (isWide, isFar) = (size >= Self.wide, offset >= Self.wide)
    return 46 + name.count + (isWide || isFar ? 4 : 0) + (isWide ? 16 : 0) + (isFar ? 8 : 0)
  }
}
