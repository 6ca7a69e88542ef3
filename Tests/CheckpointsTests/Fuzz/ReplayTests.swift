// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import FuzzTargets
import TestSupport
import Testing

/// What the fuzzers found worth keeping: inputs that crashed once, and a few that reach far. `Tests/Fuzz/run.sh`
/// puts new crashes beside them.
@Suite struct ReplayTests {
  @Test(arguments: FuzzTarget.allCases)
  func `each input is read or refused`(target: FuzzTarget) throws {
    let folder = try Fixtures.path("fuzz/" + target.rawValue)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names.count >= 10)
    var refused = 0
    for name in names {
      guard let error = target.run(try File.bytes(at: folder + "/" + name)) else { continue }
      refused += 1
      // A library's mistake would show as another kind.
      #expect([.corrupt, .unsupported, .limit].contains(error.code), "\(name): \(error)")
      #expect(!error.reason.isEmpty)
    }
    #expect(refused > 0)
  }
}
