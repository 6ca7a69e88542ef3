// SPDX-License-Identifier: Apache-2.0

/// The job of `resect verify --salvage`: what is whole of a damaged checkpoint, planned as a file of torch.
///
///     var salvage = try Salvage("cut.pth")
///     try salvage.write(to: "rest.pth")
public struct Salvage: Sendable {
  /// `written` is set once it is.
  public private(set) var report: SalvageReport
  /// Nil where the checkpoint is sound, so that there is nothing to do.
  private let plan: OutputPlan?

  /// Bytes that `write` will write; nil where the checkpoint is sound.
  public var byteCount: Int? { plan?.summary.bytes }

  /// Reads what there is of a file, folder or index, and plans what is whole.
  ///
  /// - Parameter onBytes: called with the number of bytes that were read, now and then.
  /// - Throws: `corrupt`, with what is known to be missing, where what describes the tensors is gone, and where no tensor is
  ///   whole; `ambiguous` for two archives in one file.
  public init(_ path: String, onBytes: (Int) -> Void = { _ in }) throws(CheckpointError) {
    report = SalvageReport(file: path)
    if try Self.isSound(path) {
      plan = nil
      return
    }
    let remains = try Checkpoint.remains(path)
    let survivors = try Survivors(remains, onBytes: onBytes)
    report.findings = remains.faults.map(VerifyReport.Finding.init)
    report.damage = survivors.report
    guard !survivors.isRootLost, !survivors.report.survivors.isEmpty || survivors.report.lost.isEmpty else {
      let count = survivors.report.lost.count
      throw CheckpointError(
        .corrupt,
        "nothing can be salvaged: \(count == 1 ? "its one tensor is" : "all its \(count) tensors are") lost",
        at: .init(file: path), hint: survivors.report.lost.first.map { "`\($0.path)`: \($0.reason)" }
      ).missing(remains.missing)
    }
    var document = remains.document
    let notes = document.remove(lost: survivors.lostEdges)
    document.source?.notes += notes
    try Self.checkFree(document, survivors)
    var options = OutputPlan.Options(keepsOpaque: true)
    options.caller = .convert
    let plan = try OutputPlan(document, as: .torch, options: options)
    report.output = plan.summary
    self.plan = plan
  }

  private static func isSound(_ path: String) throws(CheckpointError) -> Bool {
    guard Verification.meansSeveral(path) else {
      let report: VerifyReport
      do throws(CheckpointError) { report = try Verification().report(of: path) } catch {
        guard [.corrupt, .unsupported].contains(error.code) else { throw error }
        return false
      }
      return report.isSound
    }
    let reports = Verification().reports(of: [path])
    return !reports.hasFinding && reports.isComplete
  }

  /// - Throws: `.unrepresentable` where a lost tensor is left that stands at no place which could be taken out.
  private static func checkFree(_ document: Document, _ survivors: Survivors) throws(CheckpointError) {
    for node in Reachable(document, throughOriginals: true).tensors {
      guard let loss = survivors.loss(of: node) else { continue }
      throw CheckpointError(
        .unrepresentable, "a lost tensor is held by something that has no path: \(loss.reason)",
        at: .init(file: document.source?.file))
    }
  }

  /// What `write(to:replacing:)` would refuse about the place.
  public func check(_ path: String, replacing: Bool) throws(CheckpointError) {
    try plan?.check(path, replacing: replacing)
  }

  /// Writes what is whole and says so in the report; nothing where the checkpoint is sound.
  ///
  /// - Parameter onBytes: called with the number of bytes that were written, now and then.
  public mutating func write(
    to path: String, replacing: Bool = false, onBytes: (Int) -> Void = { _ in }
  ) throws(CheckpointError) {
    guard let plan else { return }
    try plan.write(to: path, replacing: replacing, onBytes: onBytes)
    report.written = path
  }
}
