// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import FuzzTargets
import TestSupport
import Testing

/// What each fuzzer begins with, and what fuzzers found: inputs that crashed once, and a few that reach far.
/// `Tests/Fuzz/run.sh` puts new crashes beside them.
@Suite struct ReplayTests {
  @Test(arguments: FuzzTarget.allCases)
  func `each input is read or refused`(target: FuzzTarget) throws {
    let folder = try Fixtures.path("fuzz/" + target.rawValue)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    var refused = 0
    for name in names {
      guard let error = target.run(try File.bytes(at: folder + "/" + name)) else { continue }
      refused += 1
      // The file is there and does not change: a reader that says so has made a mistake of its own.
      #expect(
        ![.unreadable, .unwritable, .inputChanged, .wouldOverwrite].contains(error.code), "\(name): \(error)")
      #expect(!error.reason.isEmpty)
    }
    #expect(refused > 0, "no input that is refused")
    #expect(refused < names.count, "no input that is read")
  }
}
