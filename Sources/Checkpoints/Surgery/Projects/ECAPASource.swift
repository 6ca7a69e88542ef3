// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// An ECAPA-TDNN in a state dict, whose form is told by its keys and shapes.
struct ECAPASource {
  /// What all keys begin with.
  var prefix: Text
  var isWeSpeaker: Bool
  var modules: ECAPAModules
  /// Whether `_metadata` names the instance norm of 3D-Speaker's self-supervised form.
  var normsInput: Bool

  init?(_ state: StateDict, in document: Document) {
    var chain = PrefixChain(Array(state.entries.keys))
    chain.peelWrappers()
    if chain.everyKeyHas("backbone.") { chain.go(into: "backbone.") }
    chain.peelWrappers()
    prefix = chain.prefix
    let shapes = KeyShapes(state, in: document, under: chain.prefix)
    normsInput = false
    if let backbone = Backbone(shapes), backbone.family == .ecapaTDNN,
      let channels = backbone.sizes["channels"], let scale = backbone.sizes["res2net_scale"]?.first
    {
      isWeSpeaker = false
      modules = ECAPAModules(blocks: channels.count - 2, branches: scale - 1)
      normsInput = backbone.frontEnd == .mel
      return
    }
    let block: Text = "layer2.se_res2block"
    guard shapes.shape("layer1.conv.weight", 3) != nil, shapes.shape(block + ".0.conv.weight", 3) != nil,
      shapes.shape(block + ".3.linear1.weight", 2) != nil, shapes.shape("pool.linear1.weight", 3) != nil,
      shapes.shape("conv.weight", 3) != nil,
      shapes.shape("linear.weight", 2) != nil
    else { return nil }
    isWeSpeaker = true
    modules = ECAPAModules(
      blocks: shapes.count { "layer\($0 + 2).se_res2block.0.conv.weight" },
      branches: shapes.count { "\(block).1.convs.\($0).weight" })
    guard modules.branches > 0 else { return nil }
  }

  /// The keys under the names of roles, with the prefix: `blocks.0.conv.conv.weight` -> the key that holds it.
  func keys(_ family: ECAPAProject) -> OrderedDictionary<Text, Text> {
    var keys: OrderedDictionary<Text, Text> = [:]
    for module in modules.modules(family) {
      guard let part = module.part else { continue }
      for name in part.kind.tensors { keys[part.role + "." + name] = prefix + module.path + "." + name }
    }
    return keys
  }
}
