// SPDX-License-Identifier: Apache-2.0

/// Bytes that are put together field by field.
package struct LittleEndianBytes {
  package var bytes: [UInt8] = []

  package init() {}

  package mutating func add(_ value: some FixedWidthInteger) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  package mutating func add(_ text: Text) { text.append(to: &bytes) }
}
