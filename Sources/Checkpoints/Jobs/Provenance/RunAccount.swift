// SPDX-License-Identifier: Apache-2.0

/// What a command of the trainer's says of itself for its statement: a run, an export.
package struct RunAccount: Sendable {
  /// A file or folder that was read whole.
  package struct Input: Sendable {
    /// As `Provenance.Input.role`.
    package var role: Text
    package var path: String
    package var isCheckpoint: Bool

    package init(_ role: Text, _ path: String, isCheckpoint: Bool) {
      self.role = role
      self.path = path
      self.isCheckpoint = isCheckpoint
    }
  }

  /// Recordings that were read.
  package struct Data: Sendable {
    /// As `Provenance.Data.role`.
    package var role: Text
    /// The list, or the folder.
    package var source: String
    /// The list and the tables beside it; none for a folder.
    package var lists: [String]
    package var recordings: [String]

    package init(_ role: Text, _ source: String, lists: [String], recordings: [String]) {
      self.role = role
      self.source = source
      self.lists = lists
      self.recordings = recordings
    }
  }

  /// As `Provenance` has them.
  package var command: Text
  package var options: [Text: Text]
  package var inputs: [Input]
  /// Nil where no recordings are read.
  package var data: [Data]?
  /// The passes that an input went through; nil for runs.
  package var steps: [PassReport]?

  package init(
    _ command: Text, options: [Text: Text], inputs: [Input], data: [Data]? = nil, steps: [PassReport]? = nil
  ) {
    (self.command, self.options) = (command, options)
    (self.inputs, self.data, self.steps) = (inputs, data, steps)
  }
}
