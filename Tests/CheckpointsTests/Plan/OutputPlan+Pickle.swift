// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

extension OutputPlan {
  /// What stands in the `data.pkl` of a torch zip that is planned.
  var pickleText: String {
    get throws {
      let archive = try #require(files[0].sections[0] as? PlannedArchive)
      let pickle = try #require(archive.contents.first).bytes
      return String(decoding: try pickle.pieces[0].source.read(0..<pickle.byteCount), as: UTF8.self)
    }
  }
}
