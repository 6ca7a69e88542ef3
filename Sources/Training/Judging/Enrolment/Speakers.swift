// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Speakers who are enrolled: for each a few reference embeddings of one model, and their mean.
package struct Speakers: Sendable, Equatable {
  /// What made the embeddings.
  package struct Origin: Sendable, Hashable {
    /// The model's (`EmbeddingModel.sha256`).
    package var sha256: Text
    /// The word of the front end that fed it.
    package var frontEnd: Text

    package init(sha256: Text, frontEnd: Text) { (self.sha256, self.frontEnd) = (sha256, frontEnd) }
  }

  package let origin: Origin
  /// What a verdict goes by, where it was stored with the speakers.
  package var rule: DecisionRule
  /// In the order in which they were enrolled.
  package private(set) var names: [Text] = []
  /// By name; never empty.
  private var references: [Text: [[Float]]] = [:]
  /// Of references of unit length, by name.
  private var sums: [Text: [Double]] = [:]

  package init(_ origin: Origin, _ rule: DecisionRule = .init()) { (self.origin, self.rule) = (origin, rule) }

  /// Values in an embedding; 0 where nobody is enrolled.
  package var size: Int { names.first.flatMap { sums[$0]?.count } ?? 0 }

  /// A speaker's embeddings as the model gave them, in the order in which they were added; none for a name that is not enrolled.
  package func references(of name: Text) -> [[Float]] { references[name] ?? [] }

  /// The mean of a speaker's references, each brought to unit length first: a loud one counts as much as any.
  ///
  /// It is not brought to unit length again: cosines do not depend on its length, which says how alike the references are.
  package func mean(of name: Text) -> [Float]? {
    guard let sum = sums[name], let count = references[name]?.count else { return nil }
    return sum.map { Float($0 / Double(count)) }
  }

  /// Adds a reference to a speaker, who is new where the name is.
  ///
  /// - Throws: `unrepresentable` and `collision` as `check` does for names; `misfit` for a vector that is of another size than the others,
  ///   or has no length, or holds what is not a finite number.
  package mutating func add(_ vector: [Float], to name: Text) throws(CheckpointError) {
    do throws(CheckpointError) {
      let size = size
      guard size == 0 || vector.count == size else {
        throw CheckpointError(.misfit, "the embedding has \(vector.count) values; the others have \(size)")
      }
      guard vector.allSatisfy(\.isFinite) else {
        throw CheckpointError(.misfit, "the embedding holds NaN or infinity")
      }
      guard vector.contains(where: { $0 != 0 }) else {
        throw CheckpointError(.misfit, "the embedding has no length, so it is like nobody")
      }
      if references[name] == nil {
        try check([name])
        names.append(name)
      }
    } catch { throw error.at(key: name) }
    references[name, default: []].append(vector)
    let length = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    for (index, value) in vector.enumerated() {
      sums[name, default: [Double](repeating: 0, count: vector.count)][index] += Double(value) / length
    }
  }

  /// Makes sure that names can stand in the file, beside each other and those that are enrolled.
  ///
  /// - Throws: `unrepresentable` for one that is empty, has a slash or a control character; `collision` for one that numpy would take
  ///   for another's.
  package func check(_ new: [Text]) throws(CheckpointError) {
    let all = Set(names).union(new)
    let hint = "another name for the speaker"
    for name in new {
      if let fault = Self.fault(of: name) {
        throw CheckpointError(.unrepresentable, fault, at: .init(key: name), hint: hint)
      }
      // `numpy.load(...)["mean/a.npy"]` is the member of that name before it is the array.
      let others = [name + ".npy"] + (name.dropping(suffix: ".npy").map { [$0] } ?? [])
      if let other = others.first(where: all.contains) {
        throw CheckpointError(
          .collision, "numpy would not tell it from the speaker `\(other)`", at: .init(key: name), hint: hint)
      }
    }
  }

  private static func fault(of name: Text) -> String? {
    if name.isEmpty { return "a speaker needs a name" }
    if name.hasByte(where: { $0 == UInt8(ascii: "/") }) {
      return "a speaker's name cannot have a slash, which parts it from `mean` and `refs`"
    }
    return NPZNames.fault(of: SpeakersEntry.references(name).name)
  }

  /// Makes sure that the embeddings of a model belong with these.
  ///
  /// - Parameter model: its file.
  /// - Throws: `misfit` for another model, and for one that is fed otherwise.
  package func check(_ other: Origin, of model: String) throws(CheckpointError) {
    guard other.sha256 == origin.sha256 else {
      throw CheckpointError(
        .misfit,
        "another model made its embeddings: that has SHA-256 \(Text(origin.sha256.shown.prefix(16)))..., `\(Text(model))` has"
          + " \(Text(other.sha256.shown.prefix(16)))...",
        hint: "`--model` with the file that enrolled them, or enroll anew")
    }
    guard other.frontEnd == origin.frontEnd else {
      throw CheckpointError(
        .misfit,
        "its embeddings were made with front end \(origin.frontEnd), and the model is fed \(other.frontEnd): no score would mean"
          + " anything", hint: "`--front-end \(origin.frontEnd)`")
    }
  }
}
