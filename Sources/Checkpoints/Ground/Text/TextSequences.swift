// SPDX-License-Identifier: Apache-2.0

/// How bytes from 0x80 on stand together when they are taken for UTF-8.
struct UTF8Sequences {
  /// Characters of two bytes and more.
  private(set) var valid = 0
  /// Bytes that belong to none.
  private(set) var faults = 0

  init(_ bytes: [UInt8]) {
    Self.walk(bytes) { _, isValid in
      if isValid { valid += 1 } else { faults += 1 }
      return true
    }
  }

  /// Where the first byte lies that is not UTF-8; nil where all are.
  static func firstFault(_ bytes: [UInt8]) -> Int? {
    // The usual case, at the speed of the standard library.
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    var fault: Int?
    walk(bytes) { at, isValid in
      if !isValid { fault = at }
      return isValid
    }
    return fault
  }

  private static func walk(_ bytes: [UInt8], _ body: (_ at: Int, _ isValid: Bool) -> Bool) {
    var at = 0
    while at < bytes.count {
      guard bytes[at] >= 0x80 else {
        at += 1
        continue
      }
      let width = width(bytes[at])
      let end = at + width
      let isValid =
        width > 1 && end <= bytes.count && String(validating: bytes[at..<end], as: UTF8.self) != nil
      if !body(at, isValid) { return }
      at = isValid ? end : at + 1
    }
  }

  private static func width(_ lead: UInt8) -> Int {
    switch lead {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
  }
}

/// How they stand together when they are taken for GBK, or GB18030 with its characters of four bytes.
struct GBKSequences {
  /// Characters of two or four bytes.
  private var characters = 0
  /// Those among them that GB 2312 has: what Chinese is mostly written in.
  private var common = 0
  private var faults = 0
  private(set) var needsFour = false

  init(_ bytes: [UInt8]) {
    var at = 0
    while at < bytes.count {
      let lead = bytes[at]
      guard lead >= 0x80 else {
        at += 1
        continue
      }
      guard (0x81...0xFE).contains(lead), at + 1 < bytes.count else {
        faults += 1
        at += 1
        continue
      }
      let next = bytes[at + 1]
      if (0x30...0x39).contains(next), at + 3 < bytes.count, (0x81...0xFE).contains(bytes[at + 2]),
        (0x30...0x39).contains(bytes[at + 3])
      {
        characters += 1
        needsFour = true
        at += 4
      } else if (0x40...0xFE).contains(next), next != 0x7F {
        characters += 1
        if (0xA1...0xF7).contains(lead), next >= 0xA1 { common += 1 }
        at += 2
      } else {
        faults += 1
        at += 1
      }
    }
  }

  /// In Latin-1 a letter with an accent has plain letters beside it; in GBK two high bytes stand together.
  var isText: Bool { characters > 0 && faults == 0 && common * 2 > characters }
}
