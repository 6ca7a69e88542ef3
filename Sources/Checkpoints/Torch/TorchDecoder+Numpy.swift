// SPDX-License-Identifier: Apache-2.0

extension TorchDecoder {
  /// A numpy scalar (`numpy.core.multiarray.scalar(dtype, bytes)`) or array (`_reconstruct`, then BUILD with
  /// `(version, shape, dtype, is_fortran, bytes)`); nil for anything else, object arrays included.
  func numpy(_ callee: GlobalName, _ object: PickleGraph.Object) -> NumpyValue? {
    guard ["numpy.core.multiarray", "numpy._core.multiarray"].contains(callee.module),
      let arguments = arguments(object)
    else { return nil }
    switch callee.name {
    case "scalar":
      guard arguments.count == 2, object.states.isEmpty, let type = numpyType(arguments[0]),
        let bytes = rawBytes(arguments[1]), bytes.count == type.itemSize
      else { return nil }
      return NumpyValue(
        typeName: type.name, shape: nil, isFortranOrder: false, isBigEndian: type.isBigEndian, bytes: bytes,
        module: callee.module)
    case "_reconstruct":
      guard object.states.count == 1, let state = sequence(object.states[0]), state.count == 5,
        let shape = integers(state[1]), let type = numpyType(state[2]),
        case .bool(let isFortran) = graph[state[3]],
        let bytes = rawBytes(state[4]), isSize(shape, of: type.itemSize, equalTo: bytes.count)
      else { return nil }
      return NumpyValue(
        typeName: type.name, shape: shape, isFortranOrder: isFortran, isBigEndian: type.isBigEndian,
        bytes: bytes,
        module: callee.module)
    default:
      return nil
    }
  }

  private func isSize(_ shape: [Int], of itemSize: Int, equalTo byteCount: Int) -> Bool {
    var size = itemSize
    for dimension in shape {
      guard dimension >= 0 else { return false }
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      if overflow { return false }
      size = product
    }
    return size == byteCount
  }

  private func rawBytes(_ id: PickleGraph.ID) -> [UInt8]? {
    switch graph[id] {
    case .bytes(let bytes): return bytes
    case .object(let object):
      guard let arguments = arguments(object) else { return nil }
      let callee = globalName(object.callee)
      if callee == GlobalName("_codecs", "encode") { return bytes(arguments) }
      let isEmptyBytes = callee?.name == "bytes" && arguments.isEmpty
      return isEmptyBytes ? [] : nil
    default: return nil
    }
  }

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
