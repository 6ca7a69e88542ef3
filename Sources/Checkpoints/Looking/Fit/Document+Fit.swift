// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension Document {
  /// Compares a state dict with what a network wants, and looks for passes that make it fit.
  ///
  /// - Parameter path: which state dict; nil takes the one that finds the most of the network's tensors, renamed
  ///   where that helps.
  /// - Throws: `nothingMatched` where there is no state dict at `path`, or none at all; `ambiguous` where several
  ///   do equally well.
  public func fit(to spec: KeySpec, path: Text? = nil) throws(CheckpointError) -> FitReport {
    let names = KeyNames(spec)
    let attempts = try candidates(path).map { keys in FitAttempt(keys, spec, names) }
    guard let most = attempts.map(\.search.best.matched).max() else { throw noStateDict() }
    let top = attempts.filter { $0.search.best.matched == most }
    guard top.count == 1 else {
      let paths = top.map { $0.keys.path.isEmpty ? "the top" : $0.keys.path }
      let reason =
        most == 0
        ? "none of its state dicts holds a tensor of \(spec.name)"
        : "\(top.count) state dicts fit equally well, \(most) of \(names.names.count) tensors each"
      throw CheckpointError(
        .ambiguous, reason + ": " + Prose.list(paths), at: .init(file: source?.file),
        hint: hint(top.map(\.keys.path)))
    }
    return try report(top[0])
  }

  /// The teacher, as an example, where there is one.
  private func hint(_ paths: [Text]) -> String? {
    let named = paths.filter { !$0.isEmpty }
    let teacher = named.first { ValuePath($0).components.last == "teacher" }
    return (teacher ?? named.first).map { "`--path \(ShellWords.safe($0))`" }
  }

  private func candidates(_ path: Text?) throws(CheckpointError) -> [FileKeys] {
    let all = try fileKeys()
    guard let path else { return all }
    if let one = all.first(where: { $0.path == path }) { return [one] }
    // A second way to a state dict that is listed under its first.
    if let node = node(at: ValuePath(path)), case .stateDict(let state) = self[node] {
      return [FileKeys(state, path: path, in: self)]
    }
    guard let first = all.first else { throw noStateDict() }
    let paths = all.map(\.path)
    let near = Nearest.match(path, among: paths) ?? first.path
    throw CheckpointError(
      .nothingMatched,
      "there is no state dict at `\(path)`; there is one at "
        + Prose.list(paths.map { $0.isEmpty ? "the top" : $0 }),
      at: .init(file: source?.file),
      hint: near.isEmpty ? "leave `--path` out" : "`--path \(ShellWords.safe(near))`")
  }

  private func noStateDict() -> CheckpointError {
    CheckpointError(
      .nothingMatched, "it holds no state dict", at: .init(file: source?.file),
      hint: "`resect tree FILE` shows what it holds")
  }

  private func report(_ attempt: FitAttempt) throws(CheckpointError) -> FitReport {
    let (keys, spec) = (attempt.keys, attempt.spec)
    let fit = KeyFit(keys, spec)
    var report = FitReport(
      file: source?.file ?? "", path: keys.path, to: spec.name, toPath: spec.path,
      tensors: attempt.found.names.count, wanted: spec.entries.count, fits: fit.loadsStrictly, fit: fit,
      loadsStrictly: fit.loadsStrictly, loadsLoosely: fit.loadsLoosely)
    if fit.loadsStrictly, keys.path.isEmpty { return report }
    let rivals = attempt.search.rivals.compactMap { attempt.passes($0)?.passes.map(\.description) }
    if rivals.isEmpty { report.remedy = remedy(attempt, beyond: fit) } else { report.alternatives = rivals }
    let doubts = attempt.search.doubts.map { doubt in
      FitReport.Doubt(
        key: attempt.names.names[doubt.wanted], candidates: doubt.candidates.map { attempt.found.names[$0] })
    }
    if !doubts.isEmpty { report.doubts = doubts }
    return report
  }

  /// Runs the passes and compares again. Nil where they change nothing for the better.
  private func remedy(_ attempt: FitAttempt, beyond fit: KeyFit) -> FitReport.Remedy? {
    guard let found = attempt.passes(attempt.search.best), !found.passes.isEmpty else { return nil }
    var edited = self
    guard (try? edited.apply(found.passes)) != nil, case .stateDict(let state) = edited[edited.root] else {
      return nil
    }
    let after = KeyFit(FileKeys(state, path: "", in: edited), attempt.spec)
    let isBetter =
      after.loadsStrictly || (after.loadsLoosely && !fit.loadsLoosely)
      || after.loaded.count > fit.loaded.count
    guard isBetter else { return nil }
    let passes = found.passes.map(\.description)
    return FitReport.Remedy(
      passes: passes, command: Self.command(passes, file: source?.file ?? "FILE"),
      loadsStrictly: after.loadsStrictly, loadsLoosely: after.loadsLoosely, loaded: after.loaded.count,
      missing: after.missing.count, unexpected: after.unexpected.count, misshapen: after.misshapen.count,
      dropped: found.dropped)
  }

  /// For a shell: every pass in quotes of its own.
  private static func command(_ passes: [String], file: String) -> String {
    guard passes.count <= 8 else { return "resect edit \(ShellWords.safe(Text(file))) -o OUT @recipe.txt" }
    return
      (["resect edit", ShellWords.safe(Text(file)), "-o OUT"] + passes.map { ShellWords.safe(Text($0)) })
      .joined(separator: " ")
  }
}
