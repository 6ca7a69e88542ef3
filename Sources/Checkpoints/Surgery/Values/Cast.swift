// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// `cast DTYPE [except PATTERN...]`: every real floating-point tensor of the document takes
/// another data type.
///
/// Integer, bool and complex tensors stay, and sparse, quantized and other composite ones. A storage is converted as a whole, so that ties and views stay.
public struct Cast: WordPass {
  package static let word = "cast"
  package static let usage = "DTYPE [except PATTERN...]"
  package static let summary: String? = "real floating-point tensors"
  /// One of the types that weights are kept in: float64, float32, float16, bfloat16, four of float8.
  public var dtype: DType
  /// Patterns of tensors that stay as they are.
  public var exceptions: [Text]

  /// What is wrong with the words is said when the pass is applied.
  public init(_ dtype: DType, except exceptions: [Text] = []) {
    self.dtype = dtype
    self.exceptions = exceptions
  }

  package init(arguments: [String]) throws(CheckpointError) {
    guard let name = arguments.first else { throw Self.wrongCount(arguments) }
    dtype = try Self.dtype(name)
    exceptions = arguments.dropFirst(2).map { Text($0) }
    guard arguments.count == 1 || (arguments[1] == "except" && !exceptions.isEmpty) else {
      throw CheckpointError(
        .wrongWords, "after the data type `cast` takes `except` and patterns",
        hint: "`cast \(name) except **.running_*`")
    }
    try check()
  }

  package var arguments: [Text] {
    [Text(dtype.rawValue)] + (exceptions.isEmpty ? [] : ["except"] + exceptions)
  }

  /// Nothing is converted here: what a cast would lose is counted by `OutputPlan`.
  ///
  /// - Throws: `wrongWords` for another type or a malformed pattern; `nothingMatched` for one that selects
  /// nothing; `ambiguous` where of tensors that share a storage some would be cast.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try check()
    let chosen = try CastChoice(document, exceptions, word: "cast \(dtype) except")
    for shared in chosen.mixed {
      throw CheckpointError(
        .ambiguous,
        "`\(shared.cast)` would be cast and shares its storage with `\(shared.left)`, which would not",
        at: .init(key: shared.cast), hint: "`untie` before `cast` gives each its own storage")
    }
    for (storage, from) in chosen.storages where from != dtype {
      let old = document[storage]
      let whole = old.byteCount / from.itemSize
      let conversion = Conversion(source: old.bytes, from: from, to: dtype)
      document[storage] = Storage(
        name: old.name, byteCount: whole * dtype.itemSize, bytes: .computed(conversion))
    }
    for (node, path) in chosen.tensors {
      guard case .tensor(var tensor) = document[node], tensor.dtype != dtype else { continue }
      report.changes.append(.init(.cast, from: path, to: path, detail: "\(tensor.dtype) -> \(dtype)"))
      tensor.dtype = dtype
      document[node] = .tensor(tensor)
    }
    if let note = chosen.leftAlone { report.notes.append(note) }
    if report.changes.isEmpty { report.notes.append("no floating-point tensor had another data type") }
  }

  private func check() throws(CheckpointError) {
    guard Self.targets.contains(dtype) else { throw Self.notATarget(dtype.rawValue) }
    for pattern in exceptions { _ = try Pattern(pattern) }
  }

  /// What weights are kept in. `float8_e8m0fnu` holds scales alone: neither zero nor a sign.
  private static let targets: [DType] = [
    .float64, .float32, .float16, .bfloat16, .float8_e4m3fn, .float8_e5m2, .float8_e4m3fnuz, .float8_e5m2fnuz,
  ]

  /// What people write for a data type.
  private static let nicknames: [String: DType] = [
    "half": .float16, "fp16": .float16, "f16": .float16, "float": .float32, "fp32": .float32, "f32": .float32,
    "double": .float64, "fp64": .float64, "f64": .float64, "bf16": .bfloat16, "fp8": .float8_e4m3fn,
  ]

  private static func dtype(_ name: String) throws(CheckpointError) -> DType {
    let bare = name.hasPrefix("torch.") ? String(name.dropFirst("torch.".count)) : name
    guard bare == name, let dtype = DType(rawValue: name), targets.contains(dtype) else {
      throw notATarget(name)
    }
    return dtype
  }

  private static func notATarget(_ name: String) -> CheckpointError {
    let names = targets.map(\.rawValue)
    let bare = name.hasPrefix("torch.") ? String(name.dropFirst("torch.".count)) : name
    let exact = names.contains(bare) ? bare : nil
    let meant = exact ?? nicknames[bare]?.rawValue ?? Nearest.match(bare, among: names)
    let isOther = DType(rawValue: name) != nil
    return CheckpointError(
      .wrongWords, isOther ? "`cast` does not convert to \(name)" : "`\(name)` is not a data type",
      hint: meant.map { "`cast \($0)`" } ?? "the data types are \(Prose.list(names, limit: names.count))")
  }
}

extension Pass where Self == Cast {
  /// Casts every real floating-point tensor but those that a pattern selects.
  public static func cast(_ dtype: DType, except patterns: Text...) -> Self {
    Cast(dtype, except: patterns)
  }
}
