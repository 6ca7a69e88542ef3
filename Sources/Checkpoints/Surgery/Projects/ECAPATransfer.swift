// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Brings an ECAPA-TDNN from WeSpeaker's class to that of 3D-Speaker and SpeechBrain, or back in part.
///
/// - Res2Net: WeSpeaker convolves the first chunks of channels and passes the last on, the others pass the first on. So
///   the channels between `tdnn1` and `tdnn2` move by one chunk.
/// - `se_block` and `fc` are convolutions of kernel 1 in one class, linear in the other: a dimension more or less.
/// - WeSpeaker has no norm after `mfa` and none in the attention: norms that do nothing stand for them.
/// - The attention of the others has a ReLU before its tanh: tanh(z) = tanh(relu(z)) - tanh(relu(-z)), so that twice the
///   channels compute what WeSpeaker's do. Nothing undoes a ReLU, so that there is no way back.
struct ECAPATransfer {
  var source: ECAPASource
  var target: ECAPAProject
  var isPartial: Bool

  func apply(
    to old: StateDict, at site: Document.StateDictSite, _ document: inout Document, _ report: inout PassReport
  ) throws(CheckpointError) {
    guard source.isWeSpeaker || isPartial else { throw refusal(at: site) }
    let from = source.keys(source.isWeSpeaker ? .weSpeaker : .speaker3D)
    let embeddingNorm = try check(old, from, at: site, document)
    var builder = ECAPABuilder(source: source, state: old, from: from)
    var state = old
    var entries: OrderedDictionary<Text, NodeID> = [:]
    for (role, key) in source.keys(target) {
      guard let made = try builder.tensor(role, embeddingNorm: embeddingNorm, in: &document) else { continue }
      entries[key] = made.node
      guard let origin = made.origin else {
        report.changes.append(
          .init(.added, from: site.path(of: key), to: site.path(of: key), detail: made.detail))
        continue
      }
      report.changes.append(
        .init(.renamed, from: site.path(of: origin), to: site.path(of: key), detail: made.detail))
    }
    let used = Set(from.filter { builder.used.contains($0.key) }.values)
    for key in old.entries.keys where !used.contains(key) {
      let isFolded = embeddingNorm && key.hasPrefix(source.prefix + "bn2.")
      report.changes.append(
        .init(
          .dropped, from: site.path(of: key),
          detail: isFolded ? "now part of `fc`" : "it has no place in \(target.project)'s class"))
    }
    report.notes += state.becomeDict(at: site)
    state.entries = entries
    state.metadata = old.metadata.map { metadata(after: $0, &document) }
    document[site.node] = .stateDict(state)
    note(at: site, &report)
  }

  private func refusal(at site: Document.StateDictSite) -> CheckpointError {
    CheckpointError(
      .contradiction,
      "\(site.name) has batch norms after `mfa` and in the attention, and a ReLU there, for which WeSpeaker's class "
        + "has no place: it would compute something else",
      hint: "`family wespeaker partial` leaves them out, as a start for training")
  }

  /// Whether WeSpeaker's norm of the embedding is there. Throws `misfit` for keys beyond those of the class, or missing.
  private func check(
    _ state: StateDict, _ from: OrderedDictionary<Text, Text>, at site: Document.StateDictSite,
    _ document: Document
  ) throws(CheckpointError) -> Bool {
    let project = source.isWeSpeaker ? ECAPAProject.weSpeaker.project : "3D-Speaker and SpeechBrain"
    let norm = Set(ECAPAModules.Part.Kind.norm.tensors.map { source.prefix + "bn2." + $0 })
    let known = Set(from.values).union(source.isWeSpeaker ? norm : [])
    for (key, node) in state.entries {
      guard !known.contains(key) else {
        guard case .tensor(let tensor) = document[node],
          FloatingPointCodec.targets.contains(tensor.dtype) || key.hasSuffix(".num_batches_tracked")
        else {
          throw misfit(key, "is not a tensor of weights", at: site)
        }
        continue
      }
      throw misfit(key, "is no key of an ECAPA-TDNN of \(project)", at: site)
    }
    for key in from.values where state.entries[key] == nil && !key.hasSuffix(".num_batches_tracked") {
      throw CheckpointError(
        .misfit, "an ECAPA-TDNN of \(project) has this key, and the file has not",
        at: .init(key: site.path(of: key)))
    }
    return source.isWeSpeaker && state.entries[source.prefix + "bn2.running_var"] != nil
  }

  private func misfit(_ key: Text, _ what: String, at site: Document.StateDictSite) -> CheckpointError {
    CheckpointError(
      .misfit, "it \(what)", at: .init(key: site.path(of: key)),
      hint: "`drop \(ShellWords.safe(ValuePath.escape(key)))`, if it is no part of the network")
  }

  private func metadata(
    after old: OrderedDictionary<Text, NodeID>, _ document: inout Document
  ) -> OrderedDictionary<Text, NodeID> {
    let root = source.prefix.dropLast()
    var metadata = old.filter { module, _ in
      !source.prefix.isEmpty && !(module + ".").hasPrefix(source.prefix)
    }
    for module in source.modules.modules(target) {
      let path = module.path.isEmpty ? root : source.prefix + module.path
      let version: Int64 = module.part?.kind == .norm ? 2 : 1
      let entry = Mapping.Entry(key: document.add(.string("version")), value: document.add(.int(version)))
      metadata[path] = document.add(.mapping(Mapping(kind: .dict, entries: [entry])))
    }
    return metadata
  }

  private func note(at site: Document.StateDictSite, _ report: inout PassReport) {
    if target == .weSpeaker {
      report.notes.append(
        "\(site.name) is a start for training, and computes something else: the norms after `mfa` and in the "
          + "attention went, and so does the ReLU there")
    } else {
      report.notes.append(
        "\(site.name) loads with twice the `attention_channels`; it computes what WeSpeaker's does, but for the edges, "
          + "which are reflected and not zero, and for the constants in its deviations")
    }
  }
}
