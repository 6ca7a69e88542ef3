// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Where the batch norms of a state dict stand, told from the architecture that its keys are those of.
struct NormOrder {
  /// What all keys of the network begin with.
  var prefix: Text
  /// As messages call it.
  var network: String
  var order: NormPlaces

  /// Nil where the architecture is not known.
  init?(_ state: StateDict, in document: Document) {
    var chain = PrefixChain(Array(state.entries.keys))
    chain.peelWrappers()
    if !chain.goIntoBackboneBesideHead(), chain.everyKeyHas("backbone.") { chain.go(into: "backbone.") }
    chain.peelWrappers()
    prefix = chain.prefix
    if let backbone = Backbone(state, in: document, under: chain.prefix),
      let family = BackboneFamilies.standard.type(of: backbone.family)
    {
      network = backbone.family.rawValue
      order = family.norms(of: backbone.family)
    } else if let source = ECAPASource(state, in: document), source.isWeSpeaker {
      network = "WeSpeaker's ECAPA-TDNN"
      let hasEmbeddingNorm = state.entries[source.prefix + "bn2.running_var"] != nil
      order = hasEmbeddingNorm ? .known(BatchNormRules.weSpeakerECAPA) : ECAPATDNNFamily.norms
    } else if Self.isTorchvisionResNet(chain.keys) {
      network = "a ResNet of torchvision"
      order = .known(BatchNormRules.torchvisionResNet)
    } else {
      return nil
    }
  }

  /// Whether every key is one that torchvision's ResNets have, each convolution before its norm: a network that norms
  /// before it convolves (pre-activation) registers them the other way round.
  private static func isTorchvisionResNet(_ keys: [Text]) -> Bool {
    var places: [Text: Int] = [:]
    for (index, key) in keys.enumerated() {
      guard let dot = key.lastIndex(of: ".") else { return false }
      let module = key[0..<dot]
      guard module == "fc" || layerAndNorm(module) != nil else { return false }
      if places[module] == nil { places[module] = index }
    }
    let known: [Text] = ["conv1", "bn1", "layer1.0.conv1", "layer1.0.conv2", "layer4.0.conv2"]
    guard known.allSatisfy({ places[$0] != nil }) else { return false }
    return places.allSatisfy { module, place in
      guard let (layer, norm) = layerAndNorm(module), norm == module else { return true }
      return places[layer].map { $0 < place } ?? false
    }
  }

  /// The convolution and the norm that a module of torchvision's ResNets is one of.
  private static func layerAndNorm(_ module: Text) -> (layer: Text, norm: Text)? {
    let parts = module.split(".")
    let head = parts.dropLast()
    func named(_ layer: Text, _ norm: Text) -> (layer: Text, norm: Text)? {
      ((head + [layer]).joined(separator: "."), (head + [norm]).joined(separator: "."))
    }
    guard let last = parts.last else { return nil }
    if parts.count == 1 { return last == "conv1" || last == "bn1" ? named("conv1", "bn1") : nil }
    guard ["layer1", "layer2", "layer3", "layer4"].contains(parts[0]), parts[1].number != nil else {
      return nil
    }
    if parts.count == 4, parts[2] == "downsample" {
      return last == "0" || last == "1" ? named("0", "1") : nil
    }
    guard parts.count == 3 else { return nil }
    let numbers: [Text] = ["1", "2", "3"]
    let number = numbers.first { last == "conv" + $0 || last == "bn" + $0 }
    return number.flatMap { named("conv" + $0, "bn" + $0) }
  }
}
