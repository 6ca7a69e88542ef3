// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// What was found in a container, in words.
enum VerifyText {
  static func text(_ reports: VerifyReports) -> String {
    let broken = reports.files.count { !$0.isSound }
    let unknown = reports.files.count { $0.error != nil }
    var parts = ["\(Words.count(reports.files.count, "file"))"]
    if broken > 0 { parts.append("\(broken) not sound") }
    if unknown > 0 { parts.append("\(unknown) not verified") }
    if parts.count == 1 { parts.append("all sound") }
    return reports.files.map(text).joined() + parts.joined(separator: ", ") + "\n"
  }

  static func text(_ report: VerifyReport) -> String {
    if let error = report.error {
      let place = [error.member.map(Words.plain), error.byte.map { "byte \($0)" }].compactMap { $0 }
      return "\(Words.plain(report.file)): not verified: "
        + (place + [Words.plain(error.message)]).joined(separator: ": ") + "\n"
    }
    if report.format == "text" {
      return "\(Words.plain(report.file)): no checkpoint, \(Words.bytes(report.bytes))\n"
    }
    let things = Words.count(report.members, thing(report))
    var lines = ["\(Words.plain(report.file)): \(report.format), \(things), \(Words.bytes(report.bytes))"]
    if report.damage == nil || report.checked > 0 { lines.append(agreement(report)) }
    if !report.withoutCRC.isEmpty {
      lines.append(
        "\(report.withoutCRC.count) without one (the writer left it out, so that nothing can be compared): "
          + Words.short(Words.plain(report.withoutCRC.joined(separator: ", ")), 120))
    }
    if !report.unused.isEmpty {
      lines.append(
        "\(report.unused.count) that no tensor uses: "
          + Words.short(Words.plain(report.unused.joined(separator: ", ")), 120))
    }
    lines += (report.notes ?? []).map { "note: " + Words.plain($0) }
    lines += report.findings.map { line("wrong", $0) }
    if let damage = report.damage { lines += SalvageText.lines(damage, atMost: 20) }
    if let opinion = report.secondOpinion {
      lines += opinion.isEmpty ? ["libzip agrees"] : opinion.map { line("libzip", $0) }
    }
    lines.append(report.isSound ? "sound" : "not sound")
    return lines.filter { !$0.isEmpty }.map { $0 + "\n" }.joined()
  }

  /// What a file is counted in.
  private static func thing(_ report: VerifyReport) -> String {
    switch Document.Format(rawValue: report.format) {
    case .torch, .torchScript, .torchTar, .npz, .npy: "member"
    case .torchLegacy: "storage"
    case .safetensors, .shardedTorch, .shardedSafetensors, .threeDSpeaker, .onnx: "tensor"
    case .dcp: isMetadata(report) ? "tensor" : "member"
    // A pickle by itself, or one of the files that tell what lies beside them and that could not be read.
    case nil: report.format == "pickle" ? "pickle" : "tensor"
    }
  }

  /// `.metadata` and not one of the files that it speaks of.
  private static func isMetadata(_ report: VerifyReport) -> Bool { report.file.hasSuffix(".metadata") }

  /// What could be compared.
  private static func agreement(_ report: VerifyReport) -> String {
    let checksums = "\(report.checked) with the CRC-32 that the archive states"
    return switch Document.Format(rawValue: report.format) {
    case .torch, .torchScript, .torchTar, .npz, .npy: checksums
    case .torchLegacy: "sizes agree; the legacy form has no checksums"
    case .safetensors: "the tensors cover the file without holes; safetensors has no checksums"
    case .shardedTorch, .shardedSafetensors: "the index and its shards name the same tensors"
    case .threeDSpeaker: "the files beside it are what it takes them for"
    case .onnx: "sizes agree; ONNX has no checksums"
    case .dcp: isMetadata(report) ? "the chunks of the files fill every tensor" : checksums
    case nil: report.format == "pickle" ? "it is read to its end; a pickle has no checksums" : ""
    }
  }

  static func line(_ who: String, _ finding: VerifyReport.Finding) -> String {
    let place = [finding.member.map(Words.plain), finding.byte.map { "byte \($0)" }].compactMap { $0 }
    return "\(who): " + (place + [Words.plain(finding.message)]).joined(separator: ": ")
  }
}
