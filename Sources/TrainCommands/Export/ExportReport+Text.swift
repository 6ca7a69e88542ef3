// SPDX-License-Identifier: Apache-2.0
import CommandKit
import Training

extension ExportReport {
  var text: String {
    var text = "\(output)  \(input) -> \(embedding), \(size) values; \(nodes) nodes, \(bytes) bytes\n"
    text += "features \(frontEnd), at least \(minFrames) frames\n"
    if let threshold { text += "threshold  \(threshold), of the cosine\n" }
    if let check {
      let lengths = check.lengths.map { "\($0.frames)" }.joined(separator: ", ")
      text +=
        "checked  \(lengths) frames: differs from the network by \(Words.figure(check.largest)) at most\n"
    }
    if let provenance { text += "provenance  \(provenance)\n" }
    return text
  }
}
