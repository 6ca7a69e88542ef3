// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Which tensor of one side is which of the other: by path, then by content, then by the prefixes that these imply.
struct TensorPairing {
  struct Pair {
    var a: Text
    var b: Text
    /// How a pair with two paths was found.
    var by: By?
  }

  enum By: String { case content, prefix }

  private(set) var pairs: [Pair] = []
  private(set) var prefixes: [DiffReport.Prefix] = []
  private(set) var ambiguous: [DiffReport.Ambiguous] = []
  /// What has no counterpart.
  private(set) var removed: [Text] = []
  private(set) var added: [Text] = []

  private let sideA: DiffSide
  private let sideB: DiffSide
  /// Paths without a counterpart yet, in order.
  private var leftA: OrderedSet<Text>
  private var leftB: OrderedSet<Text>

  init(_ a: DiffSide, _ b: DiffSide, onBytes: (Int) -> Void) throws(CheckpointError) {
    (sideA, sideB) = (a, b)
    leftA = a.tensors.keys.filter { b.tensors[$0] == nil }
    leftB = b.tensors.keys.filter { a.tensors[$0] == nil }
    var moved: [Text: Pair] = [:]
    if !leftA.isEmpty && !leftB.isEmpty {
      let contents = try Contents(a, leftA, b, leftB, onBytes: onBytes)
      for (from, to) in contents.unique { moved[from] = Pair(a: from, b: to, by: .content) }
      take(contents.unique)
      let followers = followers(of: contents.unique)
      for (from, to) in followers { moved[from] = Pair(a: from, b: to, by: .prefix) }
      take(followers)
      ambiguous = contents.ambiguous(leftA, leftB, a)
      take(ambiguous.flatMap { $0.a.map { ($0, "") } } + ambiguous.flatMap { $0.b.map { ("", $0) } })
    }
    removed = Array(leftA)
    added = Array(leftB)
    pairs = a.tensors.keys.compactMap { path in
      moved[path] ?? (b.tensors[path] == nil ? nil : Pair(a: path, b: path, by: nil))
    }
  }

  /// What has found its counterpart is left no more.
  private mutating func take(_ found: [(from: Text, to: Text)]) {
    let (from, to) = (Set(found.map(\.from)), Set(found.map(\.to)))
    leftA = leftA.filter { !from.contains($0) }
    leftB = leftB.filter { !to.contains($0) }
  }

  /// Of the changes that one prefix underwent, those that most pairs imply are followed.
  private static let mostTargets = 16

  /// The pairs that the changes of prefix among `known` imply, the longest prefix first: a path goes where its prefix
  /// went if a tensor of its shape stands there.
  private mutating func followers(of known: [(from: Text, to: Text)]) -> [(from: Text, to: Text)] {
    var votes: OrderedDictionary<PathChange, Int> = [:]
    for pair in known { if let change = PathChange(pair.from, pair.to) { votes[change, default: 0] += 1 } }
    let changes = votes.sorted {
      ($1.key.from.count, $1.value, $0.key.to) < ($0.key.from.count, $0.value, $1.key.to)
    }
    var ranks: [Text: [Int]] = [:]
    for (rank, change) in changes.enumerated()
    where ranks[change.key.from, default: []].count < Self.mostTargets {
      ranks[change.key.from, default: []].append(rank)
    }
    var candidates: [(rank: Int, place: Int, from: Text, to: Text)] = []
    for (place, path) in leftA.enumerated() {
      for rank in PathChange.prefixes(of: path).flatMap({ ranks[$0] ?? [] }) {
        guard let to = changes[rank].key.target(of: path), leftB.contains(to),
          sideA.tensors[path]?.shape == sideB.tensors[to]?.shape
        else { continue }
        candidates.append((rank, place, path, to))
      }
    }
    candidates.sort { ($0.rank, $0.place) < ($1.rank, $1.place) }
    var counts = changes.map(\.value)
    var (takenA, takenB): (Set<Text>, Set<Text>) = ([], [])
    var found: [(from: Text, to: Text)] = []
    for candidate in candidates where !takenA.contains(candidate.from) && !takenB.contains(candidate.to) {
      takenA.insert(candidate.from)
      takenB.insert(candidate.to)
      found.append((candidate.from, candidate.to))
      counts[candidate.rank] += 1
    }
    prefixes = zip(changes, counts).map { .init(from: $0.key.from, to: $0.key.to, tensors: $1) }
    return found
  }
}

/// Fingerprints of the tensors that have no counterpart by path.
private struct Contents {
  /// Paths by fingerprint.
  private var a: OrderedDictionary<XXH3.Digest, [Text]> = [:]
  private var b: OrderedDictionary<XXH3.Digest, [Text]> = [:]

  /// What data type and shape rule out is not read.
  private struct Form: Hashable {
    var dtype: DType
    var shape: [Int]
    init(_ tensor: TensorRecord) { (dtype, shape) = (tensor.dtype, tensor.shape) }
  }

  init(
    _ sideA: DiffSide, _ pathsA: OrderedSet<Text>, _ sideB: DiffSide, _ pathsB: OrderedSet<Text>,
    onBytes: (Int) -> Void
  ) throws(CheckpointError) {
    let common = Self.forms(sideA, pathsA).intersection(Self.forms(sideB, pathsB))
    a = try Self.fingerprints(sideA, pathsA, common, onBytes)
    b = try Self.fingerprints(sideB, pathsB, common, onBytes)
  }

  private static func forms(_ side: DiffSide, _ paths: OrderedSet<Text>) -> Set<Form> {
    Set(paths.compactMap { side.tensors[$0].map(Form.init) })
  }

  private static func fingerprints(
    _ side: DiffSide, _ paths: OrderedSet<Text>, _ forms: Set<Form>, _ onBytes: (Int) -> Void
  ) throws(CheckpointError) -> OrderedDictionary<XXH3.Digest, [Text]> {
    var known: [TensorRecord: XXH3.Digest] = [:]
    var found: OrderedDictionary<XXH3.Digest, [Text]> = [:]
    for path in paths {
      guard let tensor = side.tensors[path], forms.contains(Form(tensor)) else { continue }
      let digest: XXH3.Digest
      if let earlier = known[tensor] {
        digest = earlier
      } else {
        do throws(CheckpointError) {
          digest = try side.reader(tensor).fingerprint(onBytes: onBytes)
        } catch { throw error.at(file: side.document.source?.file, key: path) }
        known[tensor] = digest
      }
      found[digest, default: []].append(path)
    }
    return found
  }

  /// Contents that stand once on each side.
  var unique: [(from: Text, to: Text)] {
    a.compactMap { digest, paths in
      guard paths.count == 1, let others = b[digest], others.count == 1 else { return nil }
      return (paths[0], others[0])
    }
  }

  /// Contents that both sides have among the paths that are left.
  func ambiguous(
    _ leftA: OrderedSet<Text>, _ leftB: OrderedSet<Text>, _ side: DiffSide
  ) -> [DiffReport.Ambiguous] {
    a.compactMap { digest, paths in
      let from = paths.filter(leftA.contains)
      let to = (b[digest] ?? []).filter(leftB.contains)
      guard let first = from.first, !to.isEmpty, let tensor = side.tensors[first] else { return nil }
      return .init(dtype: tensor.dtype.rawValue, shape: tensor.shape, a: from, b: to)
    }
  }
}
