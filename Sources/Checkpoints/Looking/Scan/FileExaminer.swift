// SPDX-License-Identifier: Apache-2.0

/// Looks at one file as every loader would that might be given it, and at all that it holds in the same way.
///
/// What a thing is decides its content, never its name. Each form that it has is examined, in the order in which loaders
/// look: `torch.load` for a zip archive, then for a tar archive, then for a pickle; others for safetensors, an array,
/// something packed. What has none must be something that no loader executes, or is said not to be examined.
struct FileExaminer {
  var notes: ScanNotes
  /// Bytes that may still be unpacked for this file.
  var unpackedLeft: Int
  /// Bytes that may still be looked at inside of it: archives whose members share bytes make more of them than it has.
  private var insideLeft: Int
  /// Which files are numbers by what lies beside them.
  private let data: ONNXDataFiles

  /// Archives within archives are followed so deep.
  static let deepest = 8

  init(_ file: InputFile, allowing allowance: GlobalAllowance, data: ONNXDataFiles) {
    self.data = data
    notes = ScanNotes(file.path, allowing: allowance)
    unpackedLeft =
      StructureLimits.current.trustsSizes ? Int.max : StructureLimits.current.unpacked(file.size)
    let (product, overflow) = file.size.multipliedReportingOverflow(by: 2 * Self.deepest)
    insideLeft = overflow ? Int.max : max(product, 64 << 20)
  }

  /// Examines a subject as each of the forms that it has.
  mutating func examine(_ subject: ScanSubject) {
    guard subject.members.count <= Self.deepest else {
      return notes.find(
        .depth, "it lies in more than \(Self.deepest) archives within each other, and was not looked at",
        in: subject)
    }
    if !subject.members.isEmpty {
      insideLeft -= min(insideLeft, max(subject.size, 64))
      guard insideLeft > 0 else {
        return notes.skip(
          CheckpointError(.limit, "members that share bytes make more of them than are looked at"),
          of: subject)
      }
    }
    do throws(CheckpointError) {
      let start = try subject.start()
      var forms: [String] = []
      for look in Look.allCases {
        if let form = try examine(subject, start, as: look) { forms.append(form) }
        if look == .pickles, subject.isLoaded, forms.isEmpty {
          try examineCertainPickle(subject)
          forms.append("pickle")
        }
      }
      if forms.isEmpty { forms = try examineUnloaded(subject, start).map { [$0] } ?? [] }
      notes.note(forms: forms, of: subject)
      if forms.count > 1 {
        notes.find(
          .twoForms,
          "it is \(Prose.list(forms)) at once: loaders do not agree on what it holds",
          in: subject, at: 0)
      }
    } catch { notes.skip(error, of: subject) }
  }

  /// The ways to look at a thing, in the order in which loaders look.
  private enum Look: CaseIterable { case zip, tar, pickles, array, graph, numbers, packed }

  /// Tells whether a subject has a form, and examines it as such. The answer is the form's word.
  private mutating func examine(
    _ subject: ScanSubject, _ start: [UInt8], as look: Look
  ) throws(CheckpointError) -> String? {
    switch look {
    case .zip: try examineZip(subject, start)
    case .tar: try examineTar(subject, start)
    case .pickles: try examinePickles(subject, start)
    case .array: try examineArray(subject, start)
    case .graph: try examineGraph(subject, start)
    case .numbers: try examineNumbers(subject, start)
    case .packed: try examinePacked(subject, start)
    }
  }

  private static let hdf5: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// The forms that hold numbers alone: safetensors, and whichever others are read. They are sound, or not examined.
  private mutating func examineNumbers(
    _ subject: ScanSubject, _ start: [UInt8]
  ) throws(CheckpointError) -> String? {
    let others = FileContent.forms.filter {
      !($0 is ZipForm.Type || $0 is TorchTar.Type || $0 is TorchLegacy.Type || $0 is NPYFile.Type
        || $0 is ONNXFile.Type)
    }
    guard let form = others.first(where: { $0.begins(start) }) else { return nil }
    do throws(CheckpointError) { _ = try form.inspect(subject.file) { _ in } } catch {
      notes.skip(error, of: subject)
    }
    return form.word
  }

  /// What no loader of checkpoints takes: code is a finding, text and images are harmless, all else is not examined.
  private mutating func examineUnloaded(
    _ subject: ScanSubject, _ start: [UInt8]
  ) throws(CheckpointError) -> String? {
    if let code = CodeFile.words(start) {
      notes.find(.code, "it is \(code): code that a loader may run", in: subject, at: 0)
      return "code"
    }
    if let word = InertFile.word(start, subject.file) { return word }
    if let text = try PlainWords(subject.file, start) {
      for found in text.findings { notes.find(.text, found.message, found.verdict, in: subject) }
      return text.isJSON ? "json" : "text"
    }
    let known = ForeignFile.known(start, subject.file)
    if known == nil, subject.members.isEmpty, subject.base == 0, data.tensors(in: subject.file.path) != nil {
      return "onnx-data"
    }
    if start.starts(with: Self.hdf5), try subject.file.holds(KerasLayer.lambda) {
      notes.find(.text, KerasLayer.words, in: subject)
    }
    // Readers load it where a pickle names it alone, and then as numbers.
    if known == nil, subject.isStorage { return "storage" }
    let words =
      subject.base > 0
      ? "\(subject.size) bytes that nothing speaks of: what they are cannot be told"
      : "it is no form that is known here: what it holds cannot be told"
    notes.skip(known ?? CheckpointError(.unsupported, words, at: .init(byte: 0)), of: subject)
    return nil
  }
}
