// SPDX-License-Identifier: Apache-2.0

/// What is noted of one file while it is examined.
struct ScanNotes {
  private(set) var report: ScanReport.File
  /// Harmless whatever the lists say: what a person allows.
  private let allowance: GlobalAllowance
  private var known: Set<Judged> = []

  /// A name is noted once for each verdict: what only loads bytes that are examined may do more elsewhere, and a class of
  /// TorchScript is the archive's own.
  private struct Judged: Hashable {
    var name: GlobalName
    var verdict: GlobalVerdict
  }

  /// More findings, and more places that were not looked at, are counted, not listed.
  private static let most = 1000

  init(_ path: String, allowing allowance: GlobalAllowance) {
    report = ScanReport.File(file: path)
    self.allowance = allowance
  }

  /// The form of the file itself, or that a member was looked at.
  mutating func note(forms: [String], of subject: ScanSubject) {
    guard subject.base == 0 else { return }
    if subject.members.isEmpty { report.forms += forms } else { report.members += 1 }
  }

  mutating func notePickle() { report.pickles += 1 }

  /// Whether a name would be a finding that is not noted yet.
  func isNews(_ named: PickleExamination.Named, in subject: ScanSubject) -> Bool {
    let verdict = GlobalVerdict(named, inScript: subject.isScript)
    return verdict.isFinding && !allowance.contains(named.name)
      && !known.contains(Judged(name: named.name, verdict: verdict))
  }

  /// A name that a pickle has.
  mutating func note(
    _ named: PickleExamination.Named, in subject: ScanSubject, _ disassembly: [String]?
  ) {
    let (name, byte) = (named.name, named.offset)
    let verdict = GlobalVerdict(named, inScript: subject.isScript)
    guard known.insert(Judged(name: name, verdict: verdict)).inserted else { return }
    // What is harmless needs no word.
    let isAllowed = verdict.isFinding && allowance.contains(name)
    report.globals.append(
      .init(
        module: name.module, name: name.name, verdict: verdict, allowed: isAllowed ? true : nil,
        members: subject.members.isEmpty ? nil : subject.members, byte: subject.base + byte))
    guard verdict.isFinding, !isAllowed else { return }
    find(.global, name.text.shown, verdict, in: subject, at: byte, disassembly ?? [])
  }

  /// Something that is not known to be harmless.
  ///
  /// - Parameter byte: in the subject.
  mutating func find(
    _ kind: ScanFinding, _ message: String, _ verdict: GlobalVerdict = .opaque, in subject: ScanSubject,
    at byte: Int? = nil, _ disassembly: [String] = []
  ) {
    guard report.findings.count < Self.most else {
      report.moreFindings = (report.moreFindings ?? 0) + 1
      return
    }
    report.findings.append(
      .init(
        kind: kind, verdict: verdict, message: message,
        members: subject.members.isEmpty ? nil : subject.members, byte: byte.map { $0 + subject.base },
        disassembly: disassembly.isEmpty ? nil : disassembly))
  }

  /// What was not looked at, and why. Of what no directory speaks of nothing is said.
  mutating func skip(_ error: CheckpointError, of subject: ScanSubject) {
    guard !subject.isStray, report.notExamined.count < Self.most else { return }
    let inner = error.location.member.map { $0 == subject.members.last ? [] : [$0] } ?? []
    let members = subject.members + inner
    let base = inner.isEmpty ? subject.base : 0
    report.notExamined.append(
      .init(
        code: error.code.word, message: error.reason, members: members.isEmpty ? nil : members,
        byte: error.location.byte.map { $0 + base }, hint: error.hint))
  }

  /// The report, with the worst of it as its verdict.
  func finished() -> ScanReport.File {
    var report = report
    let verdicts = Set(report.globals.filter { $0.allowed != true }.map(\.verdict))
    if !report.findings.isEmpty {
      report.verdict = report.findings.contains { $0.verdict == .dangerous } ? .dangerous : .opaque
    } else if !report.notExamined.isEmpty {
      report.verdict = .notExamined
    } else if verdicts.contains(.rebuild) {
      report.verdict = .rebuild
    } else if verdicts.contains(.data) || report.globals.contains(where: { $0.allowed == true }) {
      report.verdict = .data
    } else if verdicts.contains(.byDefault) {
      report.verdict = .byDefault
    } else {
      report.verdict = report.forms.allSatisfy(InertFile.words.contains) ? .noCheckpoint : .numbers
    }
    return report
  }
}
