// SPDX-License-Identifier: Apache-2.0

/// Every operator that a TorchScript archive names, and where; nothing is compiled or run.
///
/// `torch.jit.load` compiles the code of every class that the archive's objects have, and runs `__setstate__` of theirs and
/// the defaults of parameters: so what the code names may run as soon as the file is opened. All of the archive's code is
/// looked at, whether anything calls it or not, and what phones run (`bytecode.pkl`) too.
package struct ScriptExamination: Sendable {
  /// One operator, or one class of PyTorch's in C++, once for each member that names it.
  package struct Operator: Sendable {
    /// `aten::from_file`, `__torch__.torch.classes.quantized.LinearPackedParamsBase`.
    package var name: Text
    package var member: Text
    /// Where it stands first, in the unpacked member; nil in bytecode.
    package var byte: Int?
    /// How often it is named there.
    package var count: Int
    /// Whether it is in the list of those without effects.
    package var isHarmless: Bool { HarmlessOperators.contains(name) }
  }

  /// What could not be told.
  package struct Unexamined: Sendable {
    /// `what f is`, `a sign that TorchScript does not have`.
    package var reason: Text
    package var member: Text
    package var byte: Int?
  }

  /// By member in the order of the archive, then by where they stand.
  package private(set) var operators: [Operator] = []
  package private(set) var unexamined: [Unexamined] = []
  /// Whether there is any code at all.
  package private(set) var hasCode = false
  private var declarations = ScriptDeclarations()

  /// Those that may do something.
  package var findings: [Operator] { operators.filter { !$0.isHarmless } }

  /// Whether the archive's own code defines such a class or function: `__torch__.a.b.Name`.
  package func defines(_ name: Text) -> Bool {
    declarations.classes[name] != nil || declarations.functions[name] != nil
  }

  /// Reads all code in an archive. What cannot be read is in `unexamined`.
  ///
  /// - Parameter limit: how many bytes of code are read, all members together.
  package init(_ archive: ZipDirectory, limit: Int = 128 << 20) {
    let code = ScriptCode(archive, limit: limit)
    self.init(sources: code.sources, isUntyped: code.isUntyped)
    hasCode = hasCode || !code.bytecode.isEmpty
    unexamined = code.unread + unexamined
    for (entry, bytes) in code.bytecode { examine(bytecode: bytes, entry) }
  }

  /// Reads code by itself.
  ///
  /// - Parameter sources: of each member, its path in the archive (`code/__torch__/a.py`) and its bytes.
  /// - Parameter isUntyped: whether the archive is of PyTorch 1.0 to 1.2.
  package init(sources: [ScriptCode.Source], isUntyped: Bool = false) {
    hasCode = !sources.isEmpty
    for source in sources { declarations.read(source.text, module: source.module) }
    for source in sources { examine(source, isUntyped: isUntyped) }
  }

  /// Reads a member; where it cannot be read on, from the next class or function.
  private mutating func examine(_ source: ScriptCode.Source, isUntyped: Bool) {
    var start: Int? = 0
    while let offset = start {
      var reader = ScriptReader(source.text, from: offset, declarations, isUntyped: isUntyped)
      // Handed over until it is read, so that no table is copied for each member.
      declarations = ScriptDeclarations()
      start = nil
      do throws(ScriptFault) { try reader.read() } catch {
        start = ScriptSource.nextDefinition(in: source.text, after: error.byte)
        unexamined.append(.init(reason: Text(error.reason), member: source.member, byte: error.byte))
      }
      declarations = reader.declarations
      take(reader, source.member)
    }
  }

  private mutating func take(_ reader: ScriptReader, _ member: Text) {
    for (name, use) in reader.operators.sorted(by: { $0.value.first < $1.value.first }) {
      operators.append(.init(name: name, member: member, byte: use.first, count: use.count))
    }
    for (reason, use) in reader.unresolved.sorted(by: { $0.value.first < $1.value.first }) {
      unexamined.append(.init(reason: reason, member: member, byte: use.first))
    }
  }

  private mutating func examine(bytecode bytes: [UInt8], _ entry: ZipEntry) {
    do throws(CheckpointError) {
      for name in try MobileBytecode.operators(in: bytes, packedSize: entry.compressedSize) {
        operators.append(.init(name: name, member: entry.name, byte: nil, count: 1))
      }
    } catch {
      unexamined.append(.init(reason: Text(error.reason), member: entry.name, byte: error.location.byte))
    }
  }
}
