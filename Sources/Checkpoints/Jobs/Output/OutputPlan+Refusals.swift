// SPDX-License-Identifier: Apache-2.0

extension OutputPlan {
  /// That a document holds what PyTorch does not load by default: where, and what would take it.
  static func refusal(of globals: [GlobalName], in document: Document, _ caller: Caller) -> CheckpointError {
    let names = Prose.list(globals.map(\.text), limit: 8)
    let paths = (try? OpaqueSites(document).paths) ?? []
    let it = paths.count == 1 ? "it" : "them"
    let what =
      switch paths.count {
      case 0: "it holds objects beyond known data types"
      case 1:
        paths[0].isEmpty
          ? "the whole file is an object beyond known data types" : "an object beyond known data types"
      default: "\(paths.count) objects beyond known data types, here and at \(OutputRemedies.others(paths))"
      }
    return CheckpointError(
      .unknownGlobals, "\(what): \(names); PyTorch would not load \(it) by default",
      at: .init(file: document.source?.file, key: paths.first.flatMap { $0.isEmpty ? nil : $0 }),
      hint: hint(forObjectsAt: paths, in: document, caller))
  }

  private static func hint(forObjectsAt paths: [Text], in document: Document, _ caller: Caller) -> String? {
    let remedies = OutputRemedies(caller: caller)
    let keep =
      [.edit, .restore, .convert].contains(caller)
      ? "--keep-opaque to write \(paths.count == 1 ? "it" : "them") by name" : nil
    if caller == .restore { return keep }
    var ways: [String] = []
    let left = plain(document).flatMap { try? OpaqueSites($0).paths } ?? paths
    if left.isEmpty {
      ways.append(
        "\(remedies.passes(["plain"])) to make plain \(paths.count == 1 ? "a value of it" : "values of them")"
      )
      if caller == .edit, let drop = DropHint.pass(paths) {
        ways.append("\(remedies.passes([drop])) to leave \(paths.count == 1 ? "it" : "them") out")
      }
    } else if left.count < paths.count || left != paths {
      // The paths of what is left are those after `plain`.
      if let drop = DropHint.pass(left) {
        ways.append(
          "\(remedies.passes(["plain", drop])), since \(left.count == 1 ? "that has" : "those have") no plain form"
        )
      } else {
        ways.append(
          "\(remedies.passes(["plain"])) for some of them, and `drop` for \(Prose.list(left, limit: 3)), which have no plain form"
        )
      }
    } else if let drop = DropHint.pass(left) {
      ways.append("\(remedies.passes([drop])) to leave \(left.count == 1 ? "it" : "them") out")
    } else if !left.contains("") {
      ways.append("`drop` for each: `resect tree FILE` shows them")
    }
    if caller == .merge { ways.append("`--path PATH` to merge one part of each file") }
    if let keep { ways.append(keep) }
    guard let last = ways.popLast() else { return nil }
    return ways.isEmpty ? last : ways.joined(separator: ", ") + ", or " + last
  }

  /// The document with `plain` done; nil where it changes nothing, or cannot be done.
  private static func plain(_ document: Document) -> Document? {
    var plain = document
    guard let report = try? plain.apply([Plain()]), report.first?.changes.isEmpty == false else { return nil }
    return plain
  }

  /// That a format has no place for values.
  static func refusal(
    ofValues paths: [Text], _ format: Format, in document: Document, _ options: Options
  ) -> CheckpointError {
    let caller = options.caller
    let remedies = OutputRemedies(caller: caller)
    var ways: [String] = []
    // Of what arrays cannot hold, plain values are no less.
    let left =
      format != .safetensors
      ? nil : plain(document).flatMap { try? format.type.plan($0, options).droppedValues }
    if let left, left.count < paths.count {
      ways.append(
        "\(remedies.passes(["plain"])) makes plain values of \(left.isEmpty ? "them" : "\(paths.count - left.count) of them")"
      )
    }
    switch caller {
    case .edit, .restore, .convert: ways.append("--drop-values leaves them out")
    case .strip, .merge:
      if let drop = DropHint.pass(paths) { ways.append("\(remedies.passes([drop])) leaves them out") }
      if caller == .merge { ways.append("`--path PATH` merges one part of each file") }
    }
    return CheckpointError(
      .unrepresentable,
      "\(format.rawValue) has no place for what is no tensor: "
        + Prose.phrases(paths.map { $0.isEmpty ? "the whole document" : "`\($0)`" }, limit: 8),
      at: .init(file: document.source?.file),
      hint: (ways + ["torch holds everything"]).joined(separator: "; "))
  }
}
