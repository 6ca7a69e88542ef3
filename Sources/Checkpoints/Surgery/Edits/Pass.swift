// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// One change to a document, written as one line: `take teacher`, `under module.backbone.`.
///
/// A pass is pure: it sees metadata alone, reads no tensor, and either does what it says or refuses. Its
/// description is its recipe line, and parses back to the same pass.
public protocol Pass: Sendable, CustomStringConvertible {
  /// Changes `document` and says in `report` what came of every key, or throws and leaves no half-done work
  /// behind.
  func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError)
}

/// What one pass did.
public struct PassReport: Sendable, Hashable {
  /// What became of one path. A change of a container stands for all below it, unless a later change names a
  /// part.
  public struct Change: Sendable, Hashable, Codable {
    /// The words of reports.
    public enum Kind: String, Sendable, Hashable, Codable {
      case dropped, renamed, cast, set, added, untied, replaced
    }

    /// What became of it.
    public var kind: Kind
    /// The path before this pass.
    public var from: Text
    /// The path afterwards; nil where it is gone.
    public var to: Text?
    /// In words, where kind and paths do not say it all: `float32 -> float16`.
    public var detail: String?

    /// Paths are those of the whole document, as `ValuePath` prints them.
    public init(_ kind: Kind, from: Text, to: Text? = nil, detail: String? = nil) {
      self.kind = kind
      self.from = from
      self.to = to
      self.detail = detail
    }
  }

  /// The recipe line.
  public var pass: String
  /// In the order in which the pass met them.
  public var changes: [Change] = []
  /// Things a careful user wants to know: a state dict left alone, an optimizer that no longer fits.
  public var notes: [String] = []

  /// Nothing is changed yet.
  public init(pass: String) { self.pass = pass }
}

extension Document {
  /// Applies passes in order, and touches nothing that they do not name: optimizers stay as they are, also where
  /// parameters that they count go. That is enough where the backbone alone is left; `edit(_:)` has them follow.
  ///
  /// - Returns: what each pass did.
  /// - Throws: what the passes throw; `emptyResult` where one leaves no tensor. The document is then as it was before
  ///   the first.
  @discardableResult
  public mutating func apply(_ passes: [any Pass]) throws(CheckpointError) -> [PassReport] {
    var changed = self
    var reports: [PassReport] = []
    for pass in passes {
      var report = PassReport(pass: pass.description)
      do throws(CheckpointError) {
        let hadTensors = changed.holdsTensor(changed.root)
        try pass.apply(to: &changed, report: &report)
        guard !hadTensors || changed.holdsTensor(changed.root) else { throw Self.empty(after: pass) }
      } catch {
        throw error.at(file: source?.file)
      }
      reports.append(report)
    }
    self = changed
    return reports
  }
  private static func empty(after pass: any Pass) -> CheckpointError {
    CheckpointError(
      .emptyResult, "no tensor would be left after `\(pass)`",
      hint: "`resect ls FILE` shows what there is to keep")
  }
}
