// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Vectors of speakers that no trial has: what a score is to be measured by.
package struct Cohort: Sendable {
  /// What tells it from another, for thresholds that hold with it alone.
  package struct Identity: Codable, Sendable, Equatable {
    /// Of the vectors, each of unit length, in their order.
    package var sha256: Text
    package var vectors: Int
    /// Of how many of its scores mean and deviation are taken.
    package var top: Int
  }

  package let file: String
  let frontEnd: Text?
  package let identity: Identity
  /// Values in each vector.
  let size: Int
  /// One behind the other, each of unit length.
  private let values: [Double]
  private let recordings: Set<Text>
  /// Hashes of the recordings' vectors, which may have other names in the trials.
  private let fingerprints: Set<Int>

  /// Fewer vectors than this give no mean and deviation to rely on.
  private static let few = 20

  /// Reads embeddings as `embed` writes them.
  ///
  /// - Parameters:
  ///   - utt2spk: who speaks in them: then the speakers' means are the cohort; nil takes each recording for itself.
  ///   - top: how many of a recording's highest scores with the cohort are looked at; more than there are is all.
  /// - Throws: what reading throws; `wrongWords` where `top` is under 2; `nothingMatched` for a recording without a speaker;
  ///   `misfit` for one vector alone, and for one without length.
  package init(_ path: String, utt2spk: String?, top: Int) throws(CheckpointError) {
    try Self.check(top)
    let embeddings = try Embeddings(path)
    var members = embeddings.names.map { (name: $0, vector: (embeddings[$0] ?? []).map(Double.init)) }
    if let utt2spk { members = try Self.means(members, utt2spk, path) }
    guard members.count > 1 else {
      throw CheckpointError(
        .misfit, "a cohort of one vector has no deviation", at: .init(file: path), hint: "more speakers")
    }
    file = path
    frontEnd = embeddings.frontEnd
    size = members[0].vector.count
    var values: [Double] = []
    for (name, vector) in members {
      guard let unit = Self.unit(vector) else {
        throw CheckpointError(
          .misfit, "the vector has no length, so it is like nobody", at: .init(file: path, key: name),
          hint: "a cohort without it")
      }
      values += unit
    }
    self.values = values
    recordings = Set(embeddings.names)
    fingerprints = Set(embeddings.names.map { (embeddings[$0] ?? []).hashValue })
    var bytes = LittleEndianBytes()
    for value in values { bytes.add(value.bitPattern) }
    identity = Identity(
      sha256: Text(SHA256.of(bytes.bytes).hexadecimal), vectors: members.count, top: min(top, members.count))
  }

  package static func check(_ top: Int) throws(CheckpointError) {
    guard top > 1 else {
      throw CheckpointError(
        .wrongWords, "`--top \(top)`: it must be at least 2, as one score has no deviation")
    }
  }

  /// The speakers, in the order of their first recordings.
  private static func means(
    _ recordings: [(name: Text, vector: [Double])], _ utt2spk: String, _ path: String
  ) throws(CheckpointError) -> [(name: Text, vector: [Double])] {
    let speakers = try Manifest.values(utt2spk, of: "speaker")
    var places: [Text: Int] = [:]
    var sums: [(speaker: Text, sum: [Double], count: Int)] = []
    for (name, vector) in recordings {
      guard let speaker = speakers[name] else {
        throw CheckpointError(
          .nothingMatched, "`\(utt2spk)` does not say who speaks in it", at: .init(file: path, key: name),
          hint: "a line `\(name) SPEAKER` there")
      }
      if let place = places[speaker] {
        for index in vector.indices { sums[place].sum[index] += vector[index] }
        sums[place].count += 1
      } else {
        places[speaker] = sums.count
        sums.append((speaker, vector, 1))
      }
    }
    return sums.map { speaker, sum, count in (speaker, sum.map { $0 / Double(count) }) }
  }

  /// Nil for a vector without length.
  private static func unit(_ vector: [Double]) -> [Double]? {
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? vector.map { $0 / length } : nil
  }

  /// Mean and deviation of the highest scores of a vector with the cohort; one without length scores 0 with all.
  func moments(of vector: [Float]) -> (mean: Double, deviation: Double) {
    guard let vector = Self.unit(vector.map(Double.init)) else { return (0, 0) }
    var scores = (0..<identity.vectors).map { row in
      var sum = 0.0
      for index in 0..<size { sum += values[row * size + index] * vector[index] }
      return sum
    }
    scores.sort(by: >)
    let highest = scores.prefix(identity.top)
    let count = Double(highest.count)
    let mean = highest.reduce(0, +) / count
    let deviation = (highest.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    // What is left of equal scores by rounding is no deviation.
    return (mean, deviation > 1e-12 ? deviation : 0)
  }

  /// What does not hold as firmly as it looks, for trials of these embeddings.
  func notes(for embeddings: Embeddings) -> [String] {
    var notes: [String] = []
    if identity.vectors < Self.few {
      notes.append(
        "the cohort has \(identity.vectors) vectors: mean and deviation are to be relied on from \(Self.few) on"
      )
    }
    let shared = embeddings.names.count {
      recordings.contains($0) || fingerprints.contains((embeddings[$0] ?? []).hashValue)
    }
    if shared > 0 {
      notes.append(
        "\(shared) of \(embeddings.count) recordings \(shared == 1 ? "lies" : "lie") in the cohort too, by name or by vector:"
          + " it should be of other speakers")
    }
    return notes
  }
}
