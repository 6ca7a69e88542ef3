// SPDX-License-Identifier: Apache-2.0

extension Recognition {
  /// What was found, for what must have a backbone to take out: all else is refused.
  func toStrip() throws(CheckpointError) -> FoundLayout {
    switch self {
    case .layout(let found): return found
    case .undecided(let undecided): throw undecided.error
    case .unknown(let form): throw UnknownLayout(form).error
    case .bare(let branch):
      throw CheckpointError(
        .alreadyBare,
        "the file is a bare backbone already: \(branch.summary ?? "no head, no wrapper")",
        hint: "`--copy` writes it as it is")
    }
  }
}
