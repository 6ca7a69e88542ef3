// SPDX-License-Identifier: Apache-2.0

/// The modules of ECAPA-TDNN as each project names them, in the order of `named_modules()`, which is that of the state
/// dict and of `_metadata`.
///
/// - 3D-Speaker: `speakerlab/models/ecapa_tdnn/ECAPA_TDNN.py`, after SpeechBrain's.
/// - SpeechBrain: `speechbrain/lobes/models/ECAPA_TDNN.py` (at `9c826ef39`), with a `dropout` in each TDNNBlock.
/// - WeSpeaker: `wespeaker/models/ecapa_tdnn.py` and `ASTP` of `pooling_layers.py` (at `dfa7419`).
struct ECAPAModules {
  /// What a module is, under 3D-Speaker's name for it.
  struct Part: Equatable {
    enum Kind { case layer, norm }
    var role: Text
    var kind: Kind
  }

  struct Module {
    var path: Text
    /// Nil for a module without tensors of its own.
    var part: Part?
  }

  /// SE-Res2Net blocks; those with a number of their own from 1 on.
  var blocks: Int
  /// Convolutions in each, one fewer than the scale.
  var branches: Int

  func modules(_ family: ECAPAProject) -> [Module] {
    var list = List()
    switch family {
    case .speaker3D, .speechBrain: addSpeechBrain(to: &list, hasDropout: family == .speechBrain)
    case .weSpeaker: addWeSpeaker(to: &list)
    }
    return list.modules
  }

  private struct List {
    var modules = [Module(path: "")]
    mutating func plain(_ paths: Text...) { for path in paths { modules.append(Module(path: path)) } }
    mutating func layer(_ path: Text, _ role: Text? = nil) {
      modules.append(Module(path: path, part: Part(role: role ?? path, kind: .layer)))
    }
    mutating func norm(_ path: Text, _ role: Text? = nil) {
      modules.append(Module(path: path, part: Part(role: role ?? path, kind: .norm)))
    }
    /// A wrapper and the layer in it: `fc` and `fc.conv`.
    mutating func wrapped(_ path: Text) {
      plain(path)
      layer(path + ".conv")
    }
    /// A TDNNBlock: layer, ReLU, norm.
    mutating func tdnn(_ path: Text, hasDropout: Bool) {
      plain(path)
      wrapped(path + ".conv")
      plain(path + ".activation", path + ".norm")
      norm(path + ".norm.norm")
      if hasDropout { plain(path + ".dropout") }
    }
  }

  private func addSpeechBrain(to list: inout List, hasDropout: Bool) {
    list.plain("blocks")
    list.tdnn("blocks.0", hasDropout: hasDropout)
    for block in 1...blocks {
      let path: Text = "blocks.\(block)"
      list.plain(path)
      list.tdnn(path + ".tdnn1", hasDropout: hasDropout)
      list.plain(path + ".res2net_block", path + ".res2net_block.blocks")
      for branch in 0..<branches {
        list.tdnn(path + ".res2net_block.blocks.\(branch)", hasDropout: hasDropout)
      }
      list.tdnn(path + ".tdnn2", hasDropout: hasDropout)
      list.plain(path + ".se_block")
      list.wrapped(path + ".se_block.conv1")
      list.plain(path + ".se_block.relu")
      list.wrapped(path + ".se_block.conv2")
      list.plain(path + ".se_block.sigmoid")
    }
    list.tdnn("mfa", hasDropout: hasDropout)
    list.plain("asp")
    list.tdnn("asp.tdnn", hasDropout: hasDropout)
    list.plain("asp.tanh")
    list.wrapped("asp.conv")
    list.plain("asp_bn")
    list.norm("asp_bn.norm")
    list.wrapped("fc")
  }

  private func addWeSpeaker(to list: inout List) {
    func pair(_ path: Text, _ role: Text) {
      list.plain(path)
      list.layer(path + ".conv", role + ".conv.conv")
      list.norm(path + ".bn", role + ".norm.norm")
    }
    pair("layer1", "blocks.0")
    for block in 1...blocks {
      let (path, role): (Text, Text) = ("layer\(block + 1).se_res2block", "blocks.\(block)")
      list.plain("layer\(block + 1)", path)
      pair(path + ".0", role + ".tdnn1")
      list.plain(path + ".1", path + ".1.convs")
      for branch in 0..<branches {
        list.layer(path + ".1.convs.\(branch)", role + ".res2net_block.blocks.\(branch).conv.conv")
      }
      list.plain(path + ".1.bns")
      for branch in 0..<branches {
        list.norm(path + ".1.bns.\(branch)", role + ".res2net_block.blocks.\(branch).norm.norm")
      }
      pair(path + ".2", role + ".tdnn2")
      list.plain(path + ".3")
      list.layer(path + ".3.linear1", role + ".se_block.conv1.conv")
      list.layer(path + ".3.linear2", role + ".se_block.conv2.conv")
    }
    list.layer("conv", "mfa.conv.conv")
    list.plain("pool")
    list.layer("pool.linear1", "asp.tdnn.conv.conv")
    list.layer("pool.linear2", "asp.conv.conv")
    list.norm("bn", "asp_bn.norm")
    list.layer("linear", "fc.conv")
    // The norm of the embedding: `emb_bn=True`; an Identity otherwise.
    list.plain("bn2")
  }
}

extension ECAPAModules.Part.Kind {
  /// The names of a module's tensors, in the order of its state dict.
  var tensors: [Text] {
    switch self {
    case .layer: ["weight", "bias"]
    case .norm: ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    }
  }
}
