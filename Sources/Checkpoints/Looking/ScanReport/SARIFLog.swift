// SPDX-License-Identifier: Apache-2.0

/// A scan as a log of SARIF 2.1.0 (OASIS standard), the form that code scanning services read.
///
/// What was not examined is a notification of the tool, and the run then counts as not successful.
public struct SARIFLog: Encodable, Sendable {
  private var schema = "https://json.schemastore.org/sarif-2.1.0.json"
  private var version = "2.1.0"
  private var runs: [Run]

  private enum CodingKeys: String, CodingKey {
    case schema = "$schema"
    case version, runs
  }

  /// - Parameter version: of the program.
  public init(_ report: ScanReport, version: String) {
    let driver = Driver(
      version: version,
      rules: ScanFinding.allCases.map { Rule(id: $0.rawValue, shortDescription: .init(text: $0.summary)) })
    let skipped = report.files.flatMap { file in
      file.notExamined.map { gap in
        Notification(
          message: .init(text: "not examined: " + gap.message), descriptor: .init(id: gap.code),
          locations: [Location(file.file, gap.members, gap.byte, nil)])
      }
    }
    let results = report.files.flatMap { file in file.findings.map { ResultObject($0, in: file.file) } }
    runs = [
      Run(
        tool: .init(driver: driver),
        invocations: [.init(executionSuccessful: skipped.isEmpty, toolExecutionNotifications: skipped)],
        artifacts: report.files.map {
          .init(location: .init($0.file), properties: .init(verdict: $0.verdict))
        },
        results: results)
    ]
  }
}

extension SARIFLog {
  private struct Message: Encodable { var text: String }

  private struct Run: Encodable {
    var tool: Tool
    var invocations: [Invocation]
    var artifacts: [Artifact]
    var results: [ResultObject]
    var columnKind = "unicodeCodePoints"
  }

  private struct Tool: Encodable { var driver: Driver }

  private struct Driver: Encodable {
    var name = "resect"
    var version: String
    var rules: [Rule]
  }

  private struct Rule: Encodable {
    var id: String
    var shortDescription: Message
  }

  private struct Invocation: Encodable {
    var executionSuccessful: Bool
    var toolExecutionNotifications: [Notification]
  }

  private struct Notification: Encodable {
    var level = "warning"
    var message: Message
    var descriptor: Descriptor
    var locations: [Location]
  }

  private struct Descriptor: Encodable { var id: String }

  private struct Artifact: Encodable {
    struct PropertyBag: Encodable { var verdict: ScanReport.Verdict }

    var location: ArtifactLocation
    var properties: PropertyBag
  }

  private struct ArtifactLocation: Encodable {
    /// A path, as a reference of RFC 3986.
    var uri: String

    init(_ path: String) {
      let plain = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
      let escaped = path.utf8.map { byte in
        plain.contains(byte) ? String(UnicodeScalar(byte)) : "%" + [byte].hexadecimal.uppercased()
      }.joined()
      uri = path.hasPrefix("/") ? "file://" + escaped : escaped
    }
  }

  private struct Location: Encodable {
    var physicalLocation: Physical
    var logicalLocations: [Logical]?

    struct Physical: Encodable {
      var artifactLocation: ArtifactLocation
      var region: Region?
    }

    struct Region: Encodable {
      var byteOffset: Int
      var snippet: Message?
    }

    struct Logical: Encodable {
      var name: Text
      var fullyQualifiedName: Text
      var kind = "member"
      var properties: PropertyBag?

      struct PropertyBag: Encodable { var byteOffset: Int }
    }

    /// An offset in a member is none in the file: it stands with the member.
    init(_ file: String, _ members: [Text]?, _ byte: Int?, _ lines: [String]?) {
      let inFile = members == nil ? byte : nil
      physicalLocation = .init(
        artifactLocation: .init(file),
        region: inFile.map {
          .init(byteOffset: $0, snippet: lines.map { .init(text: $0.joined(separator: "\n")) })
        })
      logicalLocations = members.map { members in
        [
          .init(
            name: members.last ?? "", fullyQualifiedName: members.joined(separator: "!"),
            properties: byte.map { .init(byteOffset: $0) })
        ]
      }
    }
  }

  private struct ResultObject: Encodable {
    var ruleId: String
    var level: String
    var message: Message
    var locations: [Location]

    init(_ finding: ScanReport.Finding, in file: String) {
      ruleId = finding.kind.rawValue
      level = finding.verdict == .dangerous ? "error" : "warning"
      let place =
        (finding.members ?? []).map { "\($0): " }.joined() + (finding.byte.map { "byte \($0): " } ?? "")
      let lines = (finding.disassembly ?? []).map { "\n" + $0 }.joined()
      message = .init(text: finding.verdict.rawValue + ": " + place + finding.message + lines)
      locations = [Location(file, finding.members, finding.byte, finding.disassembly)]
    }
  }
}
