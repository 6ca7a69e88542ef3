// SPDX-License-Identifier: Apache-2.0

extension Surgery: AccountableJob {
  /// What it says of itself.
  public var account: JobAccount {
    var words: [Text: Text] = [:]
    if isStrip {
      if let branch = report.found?.branch { words["--branch"] = branch }
      words.add("--copy", isSet: report.isCopy == true)
    }
    words.add(options)
    var sources = [JobAccount.Source(role: "checkpoint", document: original)]
    if let restored {
      sources.append(.init(role: "patch", document: restored.patch.document))
      words.add("--onto-changed", isSet: restored.ontoChanged)
    }
    return JobAccount(
      isStrip ? "strip" : "edit", options: words, steps: report.steps, sources: sources,
      written: document, output: plan.summary)
  }
}

extension Convert: AccountableJob {
  /// What it says of itself.
  public var account: JobAccount {
    var words: [Text: Text] = ["--to": Text(report.to)]
    words.add(options)
    if let size = options.shardSize { words["--shard-size"] = Text(size) }
    words.add("--compress", isSet: options.compresses)
    words.add("--bits", isSet: options.carriesBits)
    let folder = options.threeDSpeaker
    if let epoch = folder.epoch { words["--epoch"] = Text(epoch) }
    if let unixtime = folder.unixtime { words["--unixtime"] = "\(unixtime)" }
    if let threshold = options.modelScope.known { words["--threshold"] = "\(threshold)" }
    var sources = [JobAccount.Source(role: "checkpoint", document: document)]
    switch folder.classifier {
    case nil: break
    case .fresh(let form, let rows, let seed):
      words["--classifier"] = Text(form.rawValue)
      words["rows"] = Text(rows)
      words["--seed"] = Text(seed)
    case .document(let classifier): sources.append(.init(role: "classifier", document: classifier))
    }
    return JobAccount("convert", options: words, sources: sources, written: document, output: plan.summary)
  }
}

extension Merge: AccountableJob {
  /// What it says of itself.
  public var account: JobAccount {
    var words: [Text: Text] = ["--method": Text(report.method)]
    func numbers(_ values: [Double]) -> Text { Text(values.map { "\($0)" }.joined(separator: ",")) }
    if let weights = report.weights { words["--weights"] = numbers(weights) }
    if let decay = report.decay { words["--decay"] = numbers([decay]) }
    if let t = report.t { words["--t"] = numbers([t]) }
    if let path = options.path { words["--path"] = path }
    if let integers = options.integers { words["--integers"] = Text(integers.rawValue) }
    words.add("--allow-overflow", isSet: options.allowsOverflow)
    let sources =
      self.sources.documents.map { JobAccount.Source(role: "checkpoint", document: $0) }
      + (self.sources.base.map { [.init(role: "base", document: $0)] } ?? [])
    var account = JobAccount(
      "merge", options: words, sources: sources, written: document, output: plan.summary)
    account.dropped += report.leftOut.map { .init(path: $0.path, by: Text(PathParts.of($0.file).name)) }
    return account
  }
}

extension [Text: Text] {
  /// What several commands have.
  fileprivate mutating func add(_ options: OutputPlan.Options) {
    add("--keep-opaque", isSet: options.keepsOpaque)
    add("--allow-overflow", isSet: options.allowsOverflow)
    add("--drop-values", isSet: options.dropsValues)
  }
}
