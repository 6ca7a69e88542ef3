// SPDX-License-Identifier: Apache-2.0

/// Of how many recordings of nobody enrolled a threshold says so.
package struct StrangerReport: Encodable, Sendable {
  package var file: String
  package var enrolled: Int
  package var recordings: Int
  package var threshold: Double
  /// Whose highest score with all enrolled recordings is not above the threshold.
  package var below: Int
  /// Of all, as a share of 1.
  package var share: Double

  init(_ strangers: Strangers, threshold: Double) {
    file = strangers.file
    enrolled = strangers.enrolled
    recordings = strangers.best.count
    self.threshold = threshold
    below = strangers.best.count { $0 <= threshold }
    share = Double(below) / Double(recordings)
  }

  var words: String {
    "\(Decimals.percent((share * 1e6).rounded() / 1e6)) (\(below) of \(recordings)) stay below"
      + " \(Decimals.text(threshold, places: 4)) with all \(enrolled) enrolled"
  }
}
