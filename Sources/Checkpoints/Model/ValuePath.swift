// SPDX-License-Identifier: Apache-2.0

/// The path of a value in its document: containers nest with `/`, a state dict's own keys keep their dots.
///
/// `teacher/module.backbone.fc.conv.weight`, `optimizer/state/0/momentum_buffer`, `args/.lr`. Inside a key `/` is
/// written `~1` and `~0` is a tilde, as in JSON Pointer (RFC 6901).
public struct ValuePath: Hashable, Sendable, CustomStringConvertible {
  /// Each component is escaped already.
  package var components: [String]

  package init(components: [String]) { self.components = components }

  /// Reads the printed form. The empty text is the root.
  public init(_ text: String) {
    components =
      text.isEmpty ? [] : text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }

  public var description: String { components.joined(separator: "/") }

  /// A key as it stands in a path.
  package static func escape(_ key: String) -> String {
    guard key.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "~") }) else { return key }
    var escaped = ""
    for character in key.unicodeScalars {
      switch character {
      case "~": escaped += "~0"
      case "/": escaped += "~1"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }

  /// The key that `escape` made `component` from.
  package static func unescape(_ component: String) -> String {
    guard component.utf8.contains(UInt8(ascii: "~")) else { return component }
    var key = ""
    var afterTilde = false
    for character in component.unicodeScalars {
      if afterTilde {
        afterTilde = false
        switch character {
        case "0": key.unicodeScalars.append("~")
        case "1": key.unicodeScalars.append("/")
        default:
          key.unicodeScalars.append("~")
          key.unicodeScalars.append(character)
        }
      } else if character == "~" {
        afterTilde = true
      } else {
        key.unicodeScalars.append(character)
      }
    }
    if afterTilde { key.unicodeScalars.append("~") }
    return key
  }
}
