// SPDX-License-Identifier: Apache-2.0

/// Tar archives: PyTorch 0.1's own, or any that holds something.
extension FileExaminer {
  mutating func examineTar(_ subject: ScanSubject, _ start: [UInt8]) throws(CheckpointError) -> String? {
    guard TarDirectory.begins(start) else { return nil }
    if let tar = try? TorchTar(subject.file) {
      try examine(tar, subject)
      return "torch-tar"
    }
    let sweep = try TarSweep(subject.file)
    for fault in sweep.faults {
      if fault.code == .unsupported {
        notes.find(
          .archive, fault.reason + ": readers of tar do not agree on its members", in: subject,
          at: fault.location.byte)
      } else {
        notes.skip(fault, of: subject)
      }
    }
    var names: Set<Text> = []
    for member in sweep.members {
      if !names.insert(member.name).inserted {
        notes.find(
          .archive, "two members have the name \(member.name)", in: subject, at: member.range.lowerBound)
      }
      examine(subject.member(member.name, try InputFile(member.range, of: subject.file)))
    }
    if sweep.faults.isEmpty { try examineRest(of: subject, from: sweep.end) }
    return "tar"
  }

  /// The pickles lie between raw numbers, so that none but the form's own reader knows where.
  private mutating func examine(_ tar: TorchTar, _ subject: ScanSubject) throws(CheckpointError) {
    for member in tar.directory.members {
      let inside = subject.member(member.name, try InputFile(member.range, of: subject.file))
      guard let pickles = tar.pickles[member.name] else {
        examine(inside)
        continue
      }
      notes.note(forms: ["pickle"], of: inside)
      for offset in pickles { examinePickle(inside, at: offset - member.range.lowerBound) }
    }
    for rest in tar.leftOver {
      guard let member = tar.directory.member(rest.member) else { continue }
      let inside = subject.member(member.name, try InputFile(member.range, of: subject.file))
      try examineRest(of: inside, from: rest.byte - member.range.lowerBound)
    }
  }
}
