// SPDX-License-Identifier: Apache-2.0

/// The path of a value in its document: containers nest with `/`, a state dict's own keys keep their dots.
///
/// `teacher/module.backbone.fc.conv.weight`, `optimizer/state/0/momentum_buffer`, `args/.lr`. Inside a key `/` is
/// written `~1` and `~0` is a tilde, as in JSON Pointer (RFC 6901).
public struct ValuePath: Hashable, Sendable, CustomStringConvertible {
  /// Each component is escaped already.
  package var components: [Text]

  package init(components: [Text]) { self.components = components }

  /// Reads the printed form. The empty text is the root.
  public init(_ text: Text) { components = text.isEmpty ? [] : text.split("/") }

  /// The printed form, exactly.
  public var text: Text { components.joined(separator: "/") }

  /// The printed form, with lone surrogates shown as `\ud800`.
  public var description: String { text.shown }

  /// A key as it stands in a path.
  package static func escape(_ key: Text) -> Text {
    guard key.hasByte(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "~") }) else { return key }
    var escaped: [UInt8] = []
    for byte in key.bytes {
      switch byte {
      case UInt8(ascii: "~"): escaped += "~0".utf8
      case UInt8(ascii: "/"): escaped += "~1".utf8
      default: escaped.append(byte)
      }
    }
    return Text(part: escaped)
  }

  /// The key that `escape` made `component` from.
  package static func unescape(_ component: Text) -> Text {
    guard component.hasByte(where: { $0 == UInt8(ascii: "~") }) else { return component }
    var key: [UInt8] = []
    var afterTilde = false
    for byte in component.bytes {
      switch (afterTilde, byte) {
      case (true, UInt8(ascii: "0")): key.append(UInt8(ascii: "~"))
      case (true, UInt8(ascii: "1")): key.append(UInt8(ascii: "/"))
      case (true, _): key += [UInt8(ascii: "~"), byte]
      case (false, UInt8(ascii: "~")): break
      case (false, _): key.append(byte)
      }
      afterTilde = !afterTilde && byte == UInt8(ascii: "~")
    }
    if afterTilde { key.append(UInt8(ascii: "~")) }
    return Text(part: key)
  }
}
