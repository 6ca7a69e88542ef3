// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// `Event` (tensorflow/core/util/event.proto) and what lies in it (summary.proto): the fields that are written.
package enum EventMessage: Int, ProtobufFields {
  package static let message = "Event"
  case wall_time = 1
  case step, file_version
  case summary = 5
  case session_log = 7
  package var isRepeated: Bool { false }

  package enum SessionLog: Int, ProtobufFields {
    package static let message = "SessionLog"
    case status = 1
    package var isRepeated: Bool { false }
  }

  package enum Summary: Int, ProtobufFields {
    package static let message = "Summary"
    case value = 1
    package var isRepeated: Bool { true }
  }

  package enum Value: Int, ProtobufFields {
    package static let message = "Summary.Value"
    case tag = 1
    case simple_value
    package var isRepeated: Bool { false }
  }
}
