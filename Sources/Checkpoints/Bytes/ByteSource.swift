// SPDX-License-Identifier: Apache-2.0

/// Where bytes come from, as data: it can be planned, compared and printed before anything is read.
package enum ByteSource: Sendable {
  case memory([UInt8])
  /// Elements of another source, converted.
  indirect case converted(Conversion)
}
