// SPDX-License-Identifier: Apache-2.0

/// TorchScript's code, which `torch.jit.load` compiles, and of which it runs `__setstate__`.
extension FileExaminer {
  /// Every operator that is not known to be without effects is a finding.
  mutating func examineScript(_ archive: ZipDirectory, _ subject: ScanSubject) {
    let code = ScriptExamination(archive)
    for found in code.findings {
      notes.find(
        .operator, "\(found.name) is not known to be without effects",
        in: subject.member(found.member, subject.file),
        at: found.byte)
    }
    // Classes in C++ are no code of the archive's, and a pickle may name what its code does not.
    for global in notes.report.globals where global.module.hasPrefix("__torch__.torch.classes") {
      let name = GlobalName(global.module, global.name).text
      guard !HarmlessOperators.contains(name), !code.findings.contains(where: { $0.name == name }) else {
        continue
      }
      notes.find(.operator, "\(name) is not known to be without effects", in: subject)
    }
    for gap in code.unexamined {
      notes.skip(
        CheckpointError(.unsupported, "the code cannot be told: \(gap.reason)", at: .init(byte: gap.byte)),
        of: subject.member(gap.member, subject.file))
    }
  }
}
