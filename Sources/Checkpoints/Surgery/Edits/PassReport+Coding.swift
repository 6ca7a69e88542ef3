// SPDX-License-Identifier: Apache-2.0

/// As reports have it: how many changes of each kind stand beside the changes.
extension PassReport: Codable {
  private enum CodingKeys: String, CodingKey { case pass, counts, changes, notes }

  /// The counts of the file are not read: they follow from the changes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    pass = try container.decode(String.self, forKey: .pass)
    changes = try container.decode([Change].self, forKey: .changes)
    notes = try container.decode([String].self, forKey: .notes)
  }

  /// As an object with pass, counts, changes and notes.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pass, forKey: .pass)
    try container.encode(counts, forKey: .counts)
    try container.encode(changes, forKey: .changes)
    try container.encode(notes, forKey: .notes)
  }

  /// How many changes of each kind, by its word.
  public var counts: [String: Int] {
    changes.reduce(into: [:]) { counts, change in counts[change.kind.rawValue, default: 0] += 1 }
  }
}
