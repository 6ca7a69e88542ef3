// SPDX-License-Identifier: Apache-2.0

/// `within 1e-5 of REF`: the tensors of another checkpoint, under the same paths, of the same shapes and data types, with no
/// element farther away than this. Values that are no tensors are not compared.
struct WithinRule: PolicyRule {
  static let word = "within"
  static let usage = "1e-5 of REF"
  private let tolerance: DiffOptions.Tolerance
  /// The path of the other file, and as the policy has it.
  private let reference: String
  private let name: String
  private let text: String

  init?(_ words: [String], folder: String) throws(CheckpointError) {
    guard words.count == 3, words[1] == "of", let number = Double(words[0]), number >= 0, number.isFinite,
      !words[2].isEmpty
    else { return nil }
    tolerance = try DiffOptions.Tolerance(atol: number)
    text = words[0]
    name = words[2]
    reference = words[2].hasPrefix("/") ? words[2] : PathParts.join(folder, words[2])
  }

  func findings(
    in subject: PolicySubject, _ onBytes: (Int) -> Void
  ) throws(CheckpointError) -> [String] {
    let document: Document
    do throws(CheckpointError) { document = try Checkpoint.open(reference) } catch {
      throw CheckpointError(
        error.code, "`\(Self.word) \(text)` compares with it: \(error.reason)", at: error.location,
        hint: error.hint
      ).at(file: reference)
    }
    var options = DiffOptions()
    options.usesLayout = false
    options.tolerance = tolerance
    let report = try document.compared(with: subject.document, options: options, onBytes: onBytes)
    var findings = report.changed.filter { $0.withinTolerance != true }.map(change)
    findings += report.removed.map { "`\($0.path)` is missing" }
    findings += report.added.map { "`\($0.path)` is not in \(name)" }
    findings += report.moved.map { "`\($0.from)` is called `\($0.to)`" }
    findings += report.ambiguous.map { "\(Prose.list($0.a)) may be \(Prose.list($0.b)): no path tells" }
    findings += report.ties.a.map { "\(Prose.list($0)) are one tensor no more" }
    findings += report.ties.b.map { "\(Prose.list($0)) are one tensor now" }
    return findings
  }

  private func change(_ change: DiffReport.Change) -> String {
    let path = "`\(change.path)`"
    if change.shape.a != change.shape.b {
      return
        "\(path) is \(TensorRecord.text(of: change.shape.b)), not \(TensorRecord.text(of: change.shape.a))"
    }
    if change.dtype.a != change.dtype.b { return "\(path) is \(change.dtype.b), not \(change.dtype.a)" }
    guard let numbers = change.numbers else { return "\(path) is another" }
    let outside = numbers.outside ?? numbers.differing
    return "\(path) has \(outside) of \(numbers.elements) elements farther away than \(text)"
  }
}
