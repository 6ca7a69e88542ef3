// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Which tensors of a file are those of the result that a patch was made with.
struct RestoringPairing {
  /// What is taken from the file: tensors by their place, tied ones once.
  private(set) var places: OrderedDictionary<RemovalTable.Place, TensorRecord> = [:]
  /// Tensors that are taken, and have other numbers by now.
  private(set) var changed: [Text] = []
  /// How many were found by content, under another path.
  private(set) var moved = 0
  /// Tensors that are needed, and are not there in their shape and type.
  private var missing: [Text] = []
  /// Tensors that nobody would take.
  private var lost: [Text] = []
  /// Tensors that had one place and do not agree any more.
  private var parted: [Text] = []
  private var found = 0
  private let file: String?

  private struct Content: Hashable {
    var dtype: DType
    var shape: [Int]
    var sha256: Text

    init(dtype: DType, shape: [Int], sha256: Text) {
      (self.dtype, self.shape, self.sha256) = (dtype, shape, sha256)
    }

    init(_ given: RemovalTable.Given) {
      self.init(dtype: given.dtype, shape: given.shape, sha256: given.sha256)
    }

    /// Whether one can stand for the other.
    func isAlike(_ other: Self) -> Bool { dtype == other.dtype && shape == other.shape }
  }

  /// Reads every tensor of the file.
  init(
    _ given: [RemovalTable.Given], _ side: DiffSide, onBytes: (Int) -> Void
  ) throws(CheckpointError) {
    file = side.document.source?.file
    let contents = try Self.contents(side, onBytes)
    let known = Dictionary(given.map { ($0.path, Content($0)) }) { first, _ in first }
    // Equal biases of zeros are many: what stands where it stood belongs there.
    var taken = Set(known.keys.filter { contents[$0] == known[$0] })
    var free: [Content: [Text]] = [:]
    for (path, content) in contents.reversed() where !taken.contains(path) {
      free[content, default: []].append(path)
    }
    var sources: [RemovalTable.Place: Text] = [:]
    for tensor in given {
      let content = Content(tensor)
      let there = contents[tensor.path]
      let isChanged = there.map { $0 != content && $0.isAlike(content) } ?? false
      var path: Text?
      if there == content {
        path = tensor.path
      } else if let tied = tensor.place.flatMap({ sources[$0] }), contents[tied] == content {
        path = tied
      } else if let other = free[content]?.last, !isChanged || known[other] != nil {
        free[content]?.removeLast()
        path = other
      }
      if let path {
        found += 1
        if path != tensor.path { moved += 1 }
      } else if tensor.place == nil {
        continue
      } else if isChanged {
        path = tensor.path
        changed.append(tensor.path)
      } else {
        missing.append(tensor.path)
      }
      guard let path else { continue }
      taken.insert(path)
      guard let place = tensor.place else { continue }
      if let other = sources[place] {
        if contents[other] != contents[path] { parted.append(tensor.path) }
      } else {
        sources[place] = path
        places[place] = side.tensors[path]
      }
    }
    let wanted = Set(known.values)
    lost = contents.filter { !taken.contains($0.key) && !wanted.contains($0.value) }.map(\.key)
  }

  private static func contents(
    _ side: DiffSide, _ onBytes: (Int) -> Void
  ) throws(CheckpointError) -> OrderedDictionary<Text, Content> {
    let digests = try side.digests(onBytes: onBytes)
    return side.tensors.mapValues { tensor in
      Content(dtype: tensor.dtype, shape: tensor.shape, sha256: digests[tensor.bareView] ?? "")
    }
  }

  /// Refuses a file that does not belong to the patch.
  ///
  /// - Throws: `misfit`.
  func check(ontoChanged: Bool, patch: String) throws(CheckpointError) {
    if !missing.isEmpty {
      let what = "\(Self.tensors(missing)) that \(patch) needs \(missing.count == 1 ? "is" : "are") not there"
      throw misfit(
        "\(what) in the same shape and data type: \(Prose.list(missing))",
        found == 0
          ? "name the file that was written together with the patch"
          : "passes before --restore can rename and cast what is there")
    }
    if !lost.isEmpty {
      throw misfit(
        "\(Self.tensors(lost)) would be lost, since what comes back has no place for "
          + "\(lost.count == 1 ? "it" : "them"): \(Prose.list(lost))",
        DropHint.pass(lost).map {
          "`\(ShellWords.safe(Text($0)))` leaves \(lost.count == 1 ? "it" : "them") out"
        }
          ?? "`drop` leaves them out")
    }
    if !parted.isEmpty {
      throw misfit(
        "\(Self.tensors(parted)) had the numbers of another, and have them no more: \(Prose.list(parted))",
        "the original has them tied: make them equal")
    }
    if !changed.isEmpty && !ontoChanged {
      throw misfit(
        "\(Self.tensors(changed)) \(changed.count == 1 ? "has" : "have") other numbers than when the patch was "
          + "written: \(Prose.list(changed))",
        "--onto-changed keeps them as they are now, and puts the rest around them")
    }
  }

  private func misfit(_ reason: String, _ hint: String) -> CheckpointError {
    CheckpointError(.misfit, reason, at: .init(file: file), hint: hint)
  }

  private static func tensors(_ paths: [Text]) -> String {
    paths.count == 1 ? "a tensor" : "\(paths.count) tensors"
  }
}
