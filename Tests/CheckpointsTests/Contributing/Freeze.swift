// SPDX-License-Identifier: Apache-2.0
@testable import Checkpoints

/// `freeze PATTERN...`: tensors that the patterns select take no gradient from now on.
struct Freeze: PatternList {
  static let word = "freeze"
  static let summary: String? = "tensors that training is to leave alone"
  var patterns: [Text]

  func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try check()
    let selection = try Selection(document, patterns, word: Self.word)
    for (node, path, tensor) in try selection.tensors(of: document) where tensor.requiresGrad {
      var frozen = tensor
      frozen.requiresGrad = false
      document[node] = .tensor(frozen)
      report.changes.append(.init(.replaced, from: path, to: path, detail: "takes no gradient"))
    }
    guard !report.changes.isEmpty else {
      throw CheckpointError(
        .nothingMatched, "none of the tensors that are selected takes a gradient",
        at: .init(key: selection.tops.first?.path), hint: "`resect ls FILE --json` says which do")
    }
  }
}
