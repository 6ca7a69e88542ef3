// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Two references that are nearly one, of two speakers, or of one who has it already: one recording may have been taken for two.
package struct NearDuplicate: Encodable, Sendable, Equatable {
  /// A reference by its speaker and its place, from 0, among those of the speaker.
  package struct Reference: Encodable, Sendable, Equatable {
    package var speaker: Text
    package var index: Int
    /// The file that it is of; nil for one that was enrolled before.
    package var file: String?
  }

  /// Two references of two speakers are told where their cosine is above this. Two recordings of one speaker rarely come so near;
  /// a copy at another level, in another coding or with its ends cut does.
  package static let least = 0.95

  package var new: Reference
  package var other: Reference
  package var cosine: Double

  /// A line for people.
  package var note: String {
    func words(_ reference: Reference) -> String {
      reference.file.map { "`\(Text($0))` (\(reference.speaker))" }
        ?? "reference \(reference.index + 1) of \(reference.speaker)"
    }
    let what =
      new.speaker == other.speaker
      ? "the same embedding: enrolled twice, it counts twice"
      : "cosine \(Decimals.text(cosine, places: 4)), above \(Self.least): one recording under two names?"
    return "\(words(new)) and \(words(other)): \(what)"
  }
}

extension Speakers {
  /// For each new reference the one of another speaker that is nearest, where it is nearly the same, and the one of its own speaker
  /// that no bit of it differs from.
  ///
  /// - Parameters:
  ///   - before: how many references of each speaker are not new.
  ///   - files: the recordings of the new ones, for each speaker in order.
  package func nearDuplicates(
    beside before: [Text: Int], files: [Text: [String]]
  ) -> [NearDuplicate] {
    var all: [(reference: NearDuplicate.Reference, isNew: Bool, vector: [Float], length: Double)] = []
    for name in names {
      let old = before[name] ?? 0
      for (index, vector) in references(of: name).enumerated() {
        let file = index < old ? nil : files[name]?[index - old]
        all.append(
          (
            .init(speaker: name, index: index, file: file), index >= old, vector,
            Self.dot(vector, vector).squareRoot()
          ))
      }
    }
    var found: [NearDuplicate] = []
    for (place, one) in all.enumerated() where one.isNew {
      var (nearest, twin): (NearDuplicate?, NearDuplicate?) = (nil, nil)
      // Of two new ones the later is compared with the earlier.
      for (otherPlace, other) in all.enumerated() where otherPlace < place || !other.isNew {
        if one.reference.speaker == other.reference.speaker {
          guard twin == nil, one.vector == other.vector else { continue }
          twin = .init(new: one.reference, other: other.reference, cosine: 1)
        } else {
          let cosine = Self.dot(one.vector, other.vector) / (one.length * other.length)
          guard cosine > nearest?.cosine ?? NearDuplicate.least else { continue }
          nearest = .init(new: one.reference, other: other.reference, cosine: cosine)
        }
      }
      found += [nearest, twin].compactMap(\.self)
    }
    return found
  }

  private static func dot(_ left: [Float], _ right: [Float]) -> Double {
    var sum = 0.0
    for index in left.indices { sum += Double(left[index]) * Double(right[index]) }
    return sum
  }
}
