// SPDX-License-Identifier: Apache-2.0

extension Document {
  /// SHA-256 over a composite tensor: equal for equal parts, whatever their strides and storages.
  ///
  /// It covers, one after the other: the line `<layout> <dtype> <shape>`; then for each part in order the line
  /// `<name> <dtype> <shape>` and the elements, row-major and little-endian, or for a plain value the line
  /// `<name> <value>`. Shapes are `2x3`, or `scalar`; integers stand in decimal, floats as the 16 hexadecimal
  /// digits of their IEEE 754 bits, `True`, `False` and `None` by name, text and globals (`torch.per_tensor_affine`)
  /// as they are, anything else as its type. Lines end with a line feed.
  package func digest(
    of composite: CompositeTensor, onBytes: (Int) -> Void = { _ in }
  ) throws(CheckpointError) -> [UInt8] {
    var digest = SHA256()
    let dtype = composite.dtype?.rawValue ?? "unknown"
    digest.update(
      Array("\(composite.layout.rawValue) \(dtype) \(TensorRecord.text(of: composite.shape))\n".utf8))
    for part in parts(of: composite) {
      switch self[part.node] {
      case .tensor(let tensor):
        digest.update(Array("\(part.name) \(tensor.dtype) \(tensor.shapeText)\n".utf8))
        do throws(CheckpointError) {
          try TensorReader(self, tensor).forEachChunk { chunk throws(CheckpointError) in
            digest.update(chunk)
            onBytes(chunk.byteCount)
          }
        } catch {
          throw CheckpointError(
            error.code, "\(part.name): \(error.reason)", at: error.location, hint: error.hint)
        }
      default:
        let line: Text = "\(part.name) \(text(of: part.node))\n"
        digest.update(line.bytes)
      }
    }
    return digest.finalize()
  }

  private func text(of id: NodeID) -> Text {
    switch self[id] {
    case .none: return "None"
    case .bool(let value): return value ? "True" : "False"
    case .int(let value): return Text(value)
    case .float(let value):
      let digits = String(value.bitPattern, radix: 16)
      return Text(String(repeating: "0", count: 16 - digits.count) + digits)
    case .string(let text): return text
    case .global(let name): return name.text
    default: return Text(typeName(id))
    }
  }
}
