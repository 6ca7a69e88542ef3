// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// GET writes its index as text, so it may be any number.
@Suite struct MemoIndexTests {
  @Test(arguments: ["-1", "-6", "-9223372036854775808", "9223372036854775807", "1"])
  func `an index under which nothing was stored ends the pickle, whatever it is`(_ index: String) {
    let pickle = Array("]p0\ng\(index)\n.".utf8)
    let examination = PickleExamination(.memory(pickle))
    guard case .broken(let error) = examination.end else {
      Issue.record("it ended at \(examination.end)")
      return
    }
    #expect(error.code == .corrupt)
    #expect(error.location.byte == 4)
    #expect(throws: CheckpointError(.corrupt, "")) { try PickleMachine.run(pickle) }
  }
}
