// SPDX-License-Identifier: Apache-2.0

/// A key as Python's `repr` writes it: `'a'`, `0`, `None`, `(1, 'b')`, `b'k'`, so that `0` and `'0'` are told apart.
///
/// Objects of classes are shown by class and plain arguments in angle brackets, since their own `repr` is code.
/// Nothing recurses, and what is long ends in `...`.
package struct PythonRepr {
  package private(set) var text = ""
  /// Whether nothing was left out.
  package private(set) var isWhole = true

  private enum Work {
    case node(NodeID)
    case text(String)
    /// The beginning of something long, which thousands of keys may share.
    case cut(String)
  }

  private let document: Document
  private let limit: Int
  private let numpyAsNumbers: Bool

  /// A text in quotes.
  package static func of(_ text: Text) -> String { quoted(CodePoints(text).values) }

  /// A text as `init` writes it.
  package static func of(_ text: Text, limit: Int) -> String {
    guard text.count > limit else { return of(text) }
    let end = text.withBytes { bytes -> Int in
      var end = limit
      // Back to where a character begins.
      while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
      return end
    }
    return of(text[0..<end]) + "..."
  }

  /// Bytes in quotes.
  package static func of(_ bytes: [UInt8]) -> String { "b" + quoted(bytes.map(UInt32.init), isBytes: true) }

  /// - Parameter limit: bytes of text after which the rest is left out; memo references can make a short pickle's key
  ///   endless.
  /// - Parameter numpyAsNumbers: show numpy's scalars as the Python numbers that they are equal to.
  package init(_ key: NodeID, in document: Document, limit: Int = 200, numpyAsNumbers: Bool = false) {
    self.document = document
    self.limit = limit
    self.numpyAsNumbers = numpyAsNumbers
    var work: [Work] = [.node(key)]
    while let next = work.popLast() {
      guard text.utf8.count <= limit else {
        text += "..."
        isWhole = false
        return
      }
      switch next {
      case .text(let part): text += part
      case .cut(let part):
        text += part
        isWhole = false
        return
      case .node(let id): work += parts(of: id).reversed()
      }
    }
  }

  /// An object in angle brackets, with plain arguments where it has few: `<tracking.Color(1)>`.
  package static func ofObject(_ id: NodeID, in document: Document) -> String {
    let repr = Self(id, in: document)
    return repr.isWhole && repr.text.hasPrefix("<") ? repr.text : "<\(document.typeName(id))>"
  }

  private func parts(of id: NodeID) -> [Work] {
    switch document[id] {
    case .none: [.text("None")]
    case .bool(let value): [.text(value ? "True" : "False")]
    case .int(let value): [.text(String(value))]
    case .long(let digits): [digits.count > limit ? .cut("...") : .text(BigInteger.decimal(digits))]
    case .float(let value): [.text(value.description)]
    case .string(let value):
      [value.count > limit ? .cut(Self.of(value, limit: limit)) : .text(Self.of(value))]
    case .bytes(let bytes):
      [bytes.count > limit ? .cut(Self.of(Array(bytes[..<limit])) + "...") : .text(Self.of(bytes))]
    case .tuple(let items): listed("(", items, items.count == 1 ? ",)" : ")")
    case .frozenset(let items): items.isEmpty ? [.text("frozenset()")] : listed("frozenset({", items, "})")
    case .numpy(let value) where value.shape == nil:
      // A text of numpy's has four bytes for a character.
      value.bytes.count > 4 * limit
        ? [.cut("numpy.\(value.longTypeName)(...")]
        : [.text(numpyAsNumbers ? value.numberText : "numpy.\(value.longTypeName)(\(value.numberText))")]
    case .global(let name): [.text("\(name.text)")]
    case .object(let object): parts(of: object, id)
    default: [.text("<\(document.typeName(id))>")]
    }
  }

  private func parts(of object: OpaqueObject, _ id: NodeID) -> [Work] {
    if let value = document.plainValue(object) {
      switch value {
      case .string(let text):
        return [.text(text.hasPrefix("(") ? "\(text)" : "\(document.typeName(id))('\(text)')")]
      case .array(let sizes):
        let numbers = sizes.map { if case .int(let size) = $0 { String(size) } else { "?" } }
        return [.text("torch.Size([\(numbers.joined(separator: ", "))])")]
      default: break
      }
    }
    guard let arguments = object.arguments, case .tuple(let items) = document[arguments],
      items.count <= limit, items.allSatisfy(isShort),
      case .global(let callee) = document[object.callee]
    else { return [.text("<\(document.typeName(id))>")] }
    // An enum's member by its name, as Python 3.11 pickles it.
    if callee.name == "getattr", items.count == 2, case .global(let owner) = document[items[0]],
      case .string(let name) = document[items[1]]
    {
      return name.count > limit ? [.cut("<\(owner)....")] : [.text("<\(owner).\(name)>")]
    }
    return listed("<\(callee)(", items, ")>")
  }

  private func isShort(_ id: NodeID) -> Bool {
    switch document[id] {
    case .none, .bool, .int, .float, .string, .global: true
    default: false
    }
  }

  private func listed(_ start: String, _ items: [NodeID], _ end: String) -> [Work] {
    var work: [Work] = [.text(start)]
    // Beyond the limit nothing is shown; a long tuple is not laid out for it.
    for (index, item) in items.prefix(limit + 1).enumerated() {
      if index > 0 { work.append(.text(", ")) }
      work.append(.node(item))
    }
    return work + [.text(end)]
  }

  /// Text, or bytes as code points below 256, in quotes.
  private static func quoted(_ values: [UInt32], isBytes: Bool = false) -> String {
    let quote: UInt32 = values.contains(0x27) && !values.contains(0x22) ? 0x22 : 0x27
    var text = "".unicodeScalars
    func escape(_ letter: Character, _ value: UInt32, _ digits: Int) {
      let hexadecimal = String(value, radix: 16)
      text.append(contentsOf: "\\\(letter)".unicodeScalars)
      text.append(contentsOf: String(repeating: "0", count: digits - hexadecimal.count).unicodeScalars)
      text.append(contentsOf: hexadecimal.unicodeScalars)
    }
    for value in [quote] + values + [quote] {
      switch value {
      case 0x5C: text.append(contentsOf: "\\\\".unicodeScalars)
      case 0x0A: text.append(contentsOf: "\\n".unicodeScalars)
      case 0x0D: text.append(contentsOf: "\\r".unicodeScalars)
      case 0x09: text.append(contentsOf: "\\t".unicodeScalars)
      case 0x20...0x7E: text.append(Unicode.Scalar(UInt8(value)))
      default:
        if !isBytes, let scalar = Unicode.Scalar(value), isPrintable(scalar) {
          text.append(scalar)
        } else if value < 0x100 {
          escape("x", value, 2)
        } else {
          escape(value < 0x10000 ? "u" : "U", value, value < 0x10000 ? 4 : 8)
        }
      }
    }
    // Quotes of the kind around it, which only text with both kinds has.
    let inner = String(text).dropFirst().dropLast()
    guard quote == 0x27, inner.unicodeScalars.contains("'") else { return String(text) }
    return "'" + inner.unicodeScalars.map { $0 == "'" ? "\\'" : String($0) }.joined() + "'"
  }

  /// As Python's `str.isprintable`: no controls, separators, surrogates, private or unassigned code points.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
      .spaceSeparator:
      false
    default: true
    }
  }
}

extension NumpyValue {
  /// A scalar as Python's `str` writes it.
  package var numberText: String {
    switch json {
    case .int(let value): String(value)
    case .double(let value): value.description
    case .bool(let value): value ? "True" : "False"
    case .string(let text): text.shown
    default: longTypeName
    }
  }
}
