// SPDX-License-Identifier: Apache-2.0

extension TorchEncoder {
  mutating func write(_ value: NumpyValue) {
    global(GlobalName(value.module, value.shape == nil ? "scalar" : "_reconstruct"))
    guard let shape = value.shape else {
      write(dtypeOf: value)
      writer.byteString(value.bytes)
      writer.tuple(2)
      return writer.reduce()
    }
    global(GlobalName("numpy", "ndarray"))
    integers([0])
    writer.byteString([UInt8(ascii: "b")])
    writer.tuple(3)
    writer.reduce()
    writer.mark()
    writer.int(1)
    integers(shape)
    write(dtypeOf: value)
    writer.bool(value.isFortranOrder)
    writer.byteString(value.bytes)
    writer.tuple(5)
    writer.build()
  }

  mutating func write(dtypeOf value: NumpyValue) {
    global(GlobalName("numpy", "dtype"))
    writer.intern(Text(value.typeName))
    writer.bool(false)
    writer.bool(true)
    writer.tuple(3)
    writer.reduce()
    writer.mark()
    writer.int(3)
    writer.intern(value.typeName.hasSuffix("1") ? "|" : value.isBigEndian ? ">" : "<")
    for _ in 0..<3 { writer.none() }
    for number in [-1, -1, 0] { writer.int(number) }
    writer.tuple(8)
    writer.build()
  }

  mutating func write(_ id: NodeID, _ object: OpaqueObject) throws(CheckpointError) {
    guard object.form != .persistent, let arguments = object.arguments, object.members.isEmpty else {
      throw CheckpointError(
        .unrepresentable, "a \(document.className(of: object)) stands outside a tensor and cannot be written",
        at: .init(key: document.firstPath(of: id)), hint: dropHint(id))
    }
    try begin(id)
    var steps: [Work] = []
    switch object.form {
    case .newobjEx:
      steps = [.global(GlobalName("copy_reg", "__newobj_ex__")), .node(object.callee), .node(arguments)]
      steps += object.keywords.map { [.node($0)] } ?? [.emit { $0.emptyDict() }]
      steps += [.emit { $0.tuple(3) }, .emit { $0.reduce() }]
    case .newobj:
      steps = [.node(object.callee), .node(arguments), .emit { $0.newobj() }]
    default:
      steps = [.node(object.callee), .node(arguments), .emit { $0.reduce() }]
    }
    steps += [.memo(id)] + appending(object.items) + setting(object.entries)
    for state in object.states { steps += building([.node(state)]) }
    push(steps)
  }
}
