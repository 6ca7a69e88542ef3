// SPDX-License-Identifier: Apache-2.0

/// Writes opcodes of pickle protocol 2: those alone that PyTorch's `weights_only` unpickler takes.
package struct PickleWriter {
  package private(set) var bytes: [UInt8] = [0x80, 2]
  private var memoCount: UInt32 = 0
  private var interned: [Text: UInt32] = [:]
  private var globals: [GlobalName: UInt32] = [:]

  package init() {}

  package mutating func none() { bytes.append(UInt8(ascii: "N")) }
  package mutating func bool(_ value: Bool) { bytes.append(value ? 0x88 : 0x89) }
  package mutating func mark() { bytes.append(UInt8(ascii: "(")) }
  package mutating func emptyDict() { bytes.append(UInt8(ascii: "}")) }
  package mutating func emptyList() { bytes.append(UInt8(ascii: "]")) }
  package mutating func emptyTuple() { bytes.append(UInt8(ascii: ")")) }
  package mutating func reduce() { bytes.append(UInt8(ascii: "R")) }
  package mutating func newobj() { bytes.append(0x81) }
  package mutating func build() { bytes.append(UInt8(ascii: "b")) }
  package mutating func binpersid() { bytes.append(UInt8(ascii: "Q")) }
  package mutating func stop() { bytes.append(UInt8(ascii: ".")) }
  package mutating func setItem() { bytes.append(UInt8(ascii: "s")) }
  package mutating func setItems() { bytes.append(UInt8(ascii: "u")) }
  package mutating func append() { bytes.append(UInt8(ascii: "a")) }
  package mutating func appends() { bytes.append(UInt8(ascii: "e")) }

  /// Makes a tuple of the topmost `count` values. For more than three, MARK must stand before them.
  package mutating func tuple(_ count: Int) {
    switch count {
    case 0: emptyTuple()
    case 1...3: bytes.append(UInt8(0x84 + count))
    default: bytes.append(UInt8(ascii: "t"))
    }
  }

  package mutating func int(_ value: Int) {
    switch value {
    case 0...0xFF:
      bytes.append(UInt8(ascii: "K"))
      bytes.append(UInt8(value))
    case 0x100...0xFFFF:
      bytes.append(UInt8(ascii: "M"))
      littleEndian(UInt16(value))
    case Int(Int32.min)...Int(Int32.max):
      bytes.append(UInt8(ascii: "J"))
      littleEndian(Int32(value))
    default:
      var digits: [UInt8] = []
      unsafe withUnsafeBytes(of: value.littleEndian) { unsafe digits.append(contentsOf: $0) }
      long(digits)
    }
  }

  /// An integer as two's complement, little-endian; bytes that only repeat the sign are left out.
  package mutating func long(_ twosComplement: [UInt8]) {
    var digits = twosComplement
    while digits.count > 1, let last = digits.last, last == (digits[digits.count - 2] & 0x80 == 0 ? 0 : 0xFF)
    {
      digits.removeLast()
    }
    if digits.count <= 0xFF {
      bytes.append(0x8A)
      bytes.append(UInt8(digits.count))
    } else {
      bytes.append(0x8B)
      littleEndian(UInt32(digits.count))
    }
    bytes.append(contentsOf: digits)
  }

  package mutating func float(_ value: Double) {
    bytes.append(UInt8(ascii: "G"))
    unsafe withUnsafeBytes(of: value.bitPattern.bigEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  package mutating func text(_ text: some Collection<UInt8>) {
    bytes.append(UInt8(ascii: "X"))
    littleEndian(UInt32(text.count))
    bytes.append(contentsOf: text)
  }

  package mutating func string(_ text: Text) { self.text(text.bytes) }

  /// Text that recurs: written once, then fetched from the memo.
  package mutating func intern(_ text: Text) {
    if let index = interned[text] { return get(index) }
    string(text)
    interned[text] = put()
  }

  package mutating func global(_ name: GlobalName) {
    if let index = globals[name] { return get(index) }
    bytes.append(UInt8(ascii: "c"))
    let lines: Text = "\(name.module)\n\(name.name)\n"
    lines.append(to: &bytes)
    globals[name] = put()
  }

  /// Bytes, the way protocol 2 spells them: `_codecs.encode(text, 'latin1')`, a character a byte.
  package mutating func byteString(_ value: [UInt8]) {
    global(GlobalName("_codecs", "encode"))
    latin1(value)
    intern("latin1")
    tuple(2)
    reduce()
  }

  /// Bytes as text of which each character is a byte.
  package mutating func latin1(_ value: [UInt8]) {
    var text: [UInt8] = []
    text.reserveCapacity(value.count + value.count / 2)
    for byte in value {
      if byte < 0x80 { text.append(byte) } else { text += [0xC0 | byte >> 6, 0x80 | byte & 0x3F] }
    }
    self.text(text)
  }

  /// Remembers the topmost value and gives its index.
  package mutating func put() -> UInt32 {
    let index = memoCount
    memoCount += 1
    if index <= 0xFF {
      bytes.append(UInt8(ascii: "q"))
      bytes.append(UInt8(index))
    } else {
      bytes.append(UInt8(ascii: "r"))
      littleEndian(index)
    }
    return index
  }

  package mutating func get(_ index: UInt32) {
    if index <= 0xFF {
      bytes.append(UInt8(ascii: "h"))
      bytes.append(UInt8(index))
    } else {
      bytes.append(UInt8(ascii: "j"))
      littleEndian(index)
    }
  }

  private mutating func littleEndian(_ value: some FixedWidthInteger) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }
}
