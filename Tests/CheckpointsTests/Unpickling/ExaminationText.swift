// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension PickleExamination {
  /// What was found as one line: names with places, oddities with places, nested bytes, where it ended.
  var text: String {
    var parts = names.map { named in
      "\(named.name)@\(named.offset)" + (named.isCalled ? "()" : "")
        + (named.isBehindFrame ? " behind frame" : "")
    }
    parts += oddities.map { "\($0.oddity)@\($0.offset)" }
    parts += nested.map { "\($0.loader) loads \($0.range) \($0.writing)" }
    switch end {
    case .stop(let behind, let frame): parts.append("stop \(behind)" + (frame.map { " or \($0)" } ?? ""))
    case .broken(let error): parts.append("broken: \(error)")
    case .cut(let error): parts.append("cut: \(error)")
    }
    return parts.joined(separator: "; ")
  }

  init(_ bytes: [UInt8]) { self.init(.memory(bytes)) }
}

/// Opcodes and their arguments, put together by hand.
enum Pickled {
  static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  static func short(_ text: String) -> [UInt8] { [0x8C, UInt8(text.utf8.count)] + text.utf8 }

  static func frame(_ length: Int) -> [UInt8] {
    [0x95] + (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
  }

  static func binbytes(_ length: Int) -> [UInt8] {
    [0x42] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
  }

  /// `os.system('true')`, left on the stack.
  static let payload = text("cos\nsystem\nVtrue\n") + [0x85, 0x52]
}
