// SPDX-License-Identifier: Apache-2.0

/// An array in a file of joblib (`joblib/numpy_pickle.py`): where its pickle BUILDs a wrapper, joblib's own unpickler
/// reads on in the file, as far as the wrapper's shape and data type say, and goes on with the opcodes behind.
///
/// Numbers lie there as they are; since joblib 1.2 behind a byte that counts the bytes of padding after it. Objects are a
/// pickle of their own.
struct JoblibArray {
  /// What follows.
  enum Content: Equatable {
    case numbers(byteCount: Int, isAligned: Bool)
    case objects
  }

  let content: Content

  /// The class, and the same one in the copy that scikit-learn had.
  static let wrappers: Set<GlobalName> = [
    GlobalName("joblib.numpy_pickle", "NumpyArrayWrapper"),
    GlobalName("sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper"),
  ]

  /// numpy's data type as a pickle makes it: called with a name, then BUILT with a state.
  struct ElementType: Equatable {
    /// Bytes an element; nil where the type holds objects.
    private(set) var size: Int?
    /// Whether it has the state that numpy writes with each: without, it may be what another was changed to.
    private(set) var isBuilt = false
    private let code: NumpyTypeCode?

    /// `numpy.dtype(name, align, copy)`; nil for what numpy does not write so.
    init?(_ name: Text) {
      if name == "O" || name == "O8" {
        (size, code) = (nil, nil)
      } else if let code = NumpyTypeCode(name), code.letter != "V" || code.size > 0 {
        (size, self.code) = (code.size, code)
      } else {
        return nil
      }
    }

    /// The same type once BUILT; nil where the state is none that numpy writes with it.
    ///
    /// - Parameter state: version, byte order, sub-array, names, fields, size, alignment, flags, and of newer ones metadata.
    func built(with state: [Value]) -> ElementType? {
      guard state.count >= 8, state[0] == .number(state.count == 8 ? 3 : 4), state[2] == .none,
        case .number(let stated) = state[5], case .number(let flags) = state[7], flags >= 0
      else { return nil }
      let holdsObjects = flags & 1 == 1
      var type = self
      type.isBuilt = true
      guard let code else { return holdsObjects && stated == -1 ? type : nil }
      guard stated == (code.hasSizeOfItsOwn ? code.size : -1), !holdsObjects || code.letter == "V" else {
        return nil
      }
      if holdsObjects { type.size = nil }
      return type
    }
  }

  /// What a wrapper's attributes say; nil where they do not say it as joblib writes it.
  init?(_ attributes: [Text: Value]) {
    let known: Set<Text> = [
      "subclass", "shape", "order", "dtype", "allow_mmap", "numpy_array_alignment_bytes",
    ]
    guard attributes.allSatisfy({ known.contains($0.key) }), case .type(let type)? = attributes["dtype"],
      type.isBuilt,
      case .tuple(let extents)? = attributes["shape"],
      case .truth(let mayBeMapped)? = attributes["allow_mmap"],
      attributes["order"] == .text("C") || attributes["order"] == .text("F"),
      attributes["subclass"] == .name
    else { return nil }
    var byteCount = type.size ?? 0
    for extent in extents {
      guard case .number(let extent) = extent, extent >= 0 else { return nil }
      let (product, overflow) = byteCount.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      byteCount = product
    }
    switch (type.size, attributes["numpy_array_alignment_bytes"]) {
    case (nil, _):
      // joblib would map the pickle's own bytes as objects.
      guard !mayBeMapped else { return nil }
      content = .objects
    // Of texts without letters joblib cannot tell how many it would read at once.
    case (0, _): return nil
    case (_, nil), (_, .some(.none)): content = .numbers(byteCount: byteCount, isAligned: false)
    case (_, .number?): content = .numbers(byteCount: byteCount, isAligned: true)
    default: return nil
    }
  }
}

extension JoblibArray {
  /// What stands in a wrapper's attributes and in a data type's state, as far as it matters.
  enum Value: Equatable {
    case none
    case truth(Bool)
    case number(Int)
    case text(Text)
    case tuple([Value])
    /// What a name stands for.
    case name
    case type(ElementType)
    case other
  }
}
