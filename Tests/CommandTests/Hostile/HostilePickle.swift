// SPDX-License-Identifier: Apache-2.0

/// Pickles by their opcodes: what no pickler writes.
enum HostilePickle {
  typealias Bytes = [UInt8]

  /// PROTO 2.
  static let start: Bytes = [0x80, 2]

  static func ascii(_ text: String) -> Bytes { Array(text.utf8) }

  static func field(_ value: Int, _ width: Int) -> Bytes {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// BINUNICODE.
  static func text(_ text: String) -> Bytes { ascii("X") + field(text.utf8.count, 4) + ascii(text) }

  /// BININT.
  static func int(_ value: Int) -> Bytes { ascii("J") + field(value, 4) }

  /// BINPUT and BINGET.
  static func put(_ index: Int) -> Bytes { ascii("q") + [UInt8(index)] }
  static func get(_ index: Int) -> Bytes { ascii("h") + [UInt8(index)] }

  static func times(_ count: Int, _ bytes: Bytes) -> Bytes {
    var all: Bytes = []
    all.reserveCapacity(count * bytes.count)
    for _ in 0..<count { all += bytes }
    return all
  }

  static func each(_ count: Int, _ make: (Int) -> Bytes) -> Bytes {
    var all: Bytes = []
    for index in 0..<count { all += make(index) }
    return all
  }

  /// BINPERSID of the storage `data/0`.
  static func storage(_ count: Int) -> Bytes {
    ascii("(") + text("storage") + ascii("ctorch\nFloatStorage\n") + text("0") + text("cpu") + int(count)
      + ascii("tQ")
  }

  /// Four floats of `data/0`, which has as many.
  static let tensor: Bytes =
    ascii("ctorch._utils\n_rebuild_tensor_v2\n(") + storage(4) + int(0) + int(4) + [0x85] + int(1) + [
      0x85, 0x89,
    ]
    + ascii("ccollections\nOrderedDict\n)RtR")

  /// Each container holds the one before it twice: 2^`depth` values to whoever follows the paths.
  static func doubling(_ leaf: Bytes, depth: Int = 60) -> Bytes {
    start + ascii("]") + leaf + ascii("a") + put(0)
      + each(depth) { ascii("0](") + get($0) + get($0) + ascii("e") + put($0 + 1) } + ascii(".")
  }

  static func doublingDicts(_ leaf: Bytes, depth: Int = 60) -> Bytes {
    start + ascii("}") + text("x") + leaf + ascii("s") + put(0)
      + each(depth) { ascii("0}(") + text("a") + get($0) + text("b") + get($0) + ascii("u") + put($0 + 1) }
      + ascii(".")
  }

  /// `depth` containers, one in the other.
  static func nested(_ depth: Int, open: Bytes, close: Bytes) -> Bytes {
    start + text("k") + put(0) + ascii("0") + times(depth, open) + ascii("N") + times(depth, close)
      + ascii(".")
  }

  /// A list of what one opcode or two give.
  static func list(_ count: Int, _ item: Bytes) -> Bytes {
    start + ascii("](") + times(count, item) + ascii("e.")
  }
}
