// SPDX-License-Identifier: Apache-2.0

/// `finite [PATTERN...]`: no NaN and no infinity in tensors of floating point and of complex numbers, in those that patterns
/// select or in all.
struct FiniteRule: PolicyRule {
  static let word = "finite"
  static let usage = "[PATTERN...]"
  private let patterns: [Text]

  private struct Count {
    var nan = 0
    var infinite = 0

    mutating func add(_ values: Span<Double>) {
      for index in values.indices where !values[index].isFinite {
        if values[index].isNaN { nan += 1 } else { infinite += 1 }
      }
    }

    var words: String? {
      let parts = [(nan, "NaN"), (infinite, "infinity")].filter { $0.0 > 0 }.map { "\($0.0) times \($0.1)" }
      return parts.isEmpty ? nil : "has \(parts.joined(separator: " and "))"
    }
  }

  init?(_ words: [String], folder: String) throws(CheckpointError) {
    patterns = words.map { Text($0) }
    _ = try PathFilter(patterns)
  }

  func findings(
    in subject: PolicySubject, _ onBytes: (Int) -> Void
  ) throws(CheckpointError) -> [String] {
    let (tensors, none) = try subject.tensors(patterns)
    if let none { return [none] }
    let document = subject.document
    var known: [NodeID: String?] = [:]
    var findings: [String] = []
    var isAboutAny = false
    for tensor in tensors {
      guard let node = document.node(at: ValuePath(tensor.path)) else { continue }
      let real = Self.records(document, node).compactMap { record in
        Self.real(record.dtype).map { (record, $0) }
      }
      isAboutAny = isAboutAny || !real.isEmpty
      if known[node] == nil {
        var count = Count()
        do throws(CheckpointError) {
          for (record, type) in real {
            try TensorReader(document, record).forEachChunk { chunk throws(CheckpointError) in
              FloatingPointCodec.forEachBlock(of: chunk, type) { _, values in count.add(values) }
              onBytes(chunk.byteCount)
            }
          }
        } catch { throw error.at(file: subject.path, key: tensor.path) }
        known[node] = .some(count.words)
      }
      if let words = known[node] ?? nil { findings.append("`\(tensor.path)` \(words)") }
    }
    return isAboutAny ? findings : ["none of the \(tensors.count) tensors holds floating-point numbers"]
  }

  private static func records(_ document: Document, _ node: NodeID) -> [TensorRecord] {
    switch document[node] {
    case .tensor(let tensor): [tensor]
    case .composite(let composite): document.tensors(of: composite)
    default: []
    }
  }

  /// The type of the real numbers that elements consist of; nil for integers, and for types that have no other values.
  private static func real(_ type: DType) -> DType? {
    switch type {
    case .complex128: .float64
    case .complex64: .float32
    case .complex32: .float16
    case .bcomplex32: .bfloat16
    default: type.isFloatingPoint && ElementValue.canDecode(type) ? type : nil
    }
  }
}
