// SPDX-License-Identifier: Apache-2.0

extension TorchDecoder {
  /// A numpy scalar (`numpy.core.multiarray.scalar(dtype, bytes)`) or array (`_reconstruct`, then BUILD with
  /// `(version, shape, dtype, is_fortran, bytes)`); nil for anything else, object arrays included.
  ///
  /// Python 2 pickles the bytes as its `str`, which the reader takes for text where they are UTF-8.
  func numpy(_ callee: GlobalName, _ object: PickleGraph.Object) -> NumpyValue? {
    guard ["numpy.core.multiarray", "numpy._core.multiarray"].contains(callee.module),
      let arguments = arguments(object)
    else { return nil }
    switch callee.name {
    case "scalar":
      guard arguments.count == 2, object.states.isEmpty, let type = numpyType(arguments[0]),
        let bytes = rawBytes(arguments[1], count: type.itemSize)
      else { return nil }
      return NumpyValue(
        typeName: type.name, shape: nil, isFortranOrder: false, isBigEndian: type.isBigEndian, bytes: bytes,
        module: callee.module)
    case "_reconstruct":
      guard object.states.count == 1, let state = sequence(object.states[0]), state.count == 5,
        let shape = integers(state[1]), let type = numpyType(state[2]),
        let isFortran = truth(state[3]), let size = byteCount(shape, of: type.itemSize),
        let bytes = rawBytes(state[4], count: size)
      else { return nil }
      return NumpyValue(
        typeName: type.name, shape: shape, isFortranOrder: isFortran, isBigEndian: type.isBigEndian,
        bytes: bytes,
        module: callee.module)
    default:
      return nil
    }
  }

  /// A truth value, as a number too: numpy takes both.
  private func truth(_ id: PickleGraph.ID) -> Bool? {
    switch graph[id] {
    case .bool(let value): value
    case .int(let value): value != 0
    default: nil
    }
  }

  /// Nil for a negative size, and for more bytes than 63 bits count.
  private func byteCount(_ shape: [Int], of itemSize: Int) -> Int? {
    var size = itemSize
    for dimension in shape {
      guard dimension >= 0 else { return nil }
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      size = product
    }
    return size
  }

  /// Bytes of a number or array, if they are `count`.
  private func rawBytes(_ id: PickleGraph.ID, count: Int) -> [UInt8]? {
    // Python 2's `str`; or text of which each character is a byte, as numpy itself takes it.
    if case .string(let text) = graph[id], text.count != count {
      return latin1(text).flatMap { $0.count == count ? $0 : nil }
    }
    return rawBytes(id).flatMap { $0.count == count ? $0 : nil }
  }

  private func rawBytes(_ id: PickleGraph.ID) -> [UInt8]? {
    switch graph[id] {
    case .bytes(let bytes): return bytes
    case .string(let text): return text.bytes
    case .object(let object):
      guard let arguments = arguments(object) else { return nil }
      let callee = globalName(object.callee)
      if callee == GlobalName("_codecs", "encode") { return bytes(arguments) }
      let isEmptyBytes = callee?.name == "bytes" && arguments.isEmpty
      return isEmptyBytes ? [] : nil
    default: return nil
    }
  }

  /// A data type of numpy's that is plain numbers: its name, bytes an element, byte order.
  private struct NumpyType {
    var name: String
    var itemSize: Int
    var isBigEndian: Bool
  }

  /// `numpy.dtype('f8', False, True)`, BUILD `(3, '<', None, None, None, -1, -1, 0)`. Only plain number types.
  private func numpyType(_ id: PickleGraph.ID) -> NumpyType? {
    guard case .object(let object) = graph[id], globalName(object.callee) == GlobalName("numpy", "dtype"),
      let arguments = arguments(object), let code = arguments.first.flatMap({ text($0) }),
      let name = code.ascii, let size = Self.numpySizes[name]
    else { return nil }
    var isBigEndian = false
    if let state = object.states.first {
      guard object.states.count == 1, let parts = sequence(state), parts.count >= 2 else { return nil }
      isBigEndian = text(parts[1]) == ">"
    }
    return NumpyType(name: name, itemSize: size, isBigEndian: isBigEndian)
  }

  private static let numpySizes: [String: Int] = [
    "f8": 8, "f4": 4, "f2": 2, "i8": 8, "i4": 4, "i2": 2, "i1": 1, "u8": 8, "u4": 4, "u2": 2, "u1": 1,
    "b1": 1,
    "c8": 8, "c16": 16,
  ]
}
