// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import OrderedCollections
import TestSupport
import Testing
import Training

/// Files that lack layers of a network, of every family.
@Suite struct PartialBackboneTests {
  static let networks: [NamedNetwork] = {
    var camPlusPlus = CAMPPlusConfiguration(embedding: 6)
    (camPlusPlus.headChannels, camPlusPlus.channels, camPlusPlus.growth, camPlusPlus.bottleneck) = (
      2, 4, 2, 4
    )
    for index in camPlusPlus.blocks.indices { camPlusPlus.blocks[index].layers = index + 1 }
    func res2Net(_ name: String, _ configuration: Res2NetConfiguration) -> (String, NetworkConfiguration) {
      var small = configuration
      (small.planes, small.counts) = (6, [1, 2, 2, 1])
      return (name, .res2Net(small))
    }
    var resNet = ResNetConfiguration(embedding: 6)
    (resNet.planes, resNet.counts) = (2, [1, 2, 1, 1])
    var xvector = XVectorConfiguration(embedding: 6)
    xvector.channels = [4, 4, 4, 4, 6]
    return [
      ("ECAPA-TDNN", .ecapaTDNN(TinyBackbone.configuration)), ("CAM++", .camPlusPlus(camPlusPlus)),
      res2Net("base", .base(embedding: 6)), res2Net("large", .large(embedding: 6)),
      res2Net("huge", .huge(embedding: 6)), res2Net("v2", .v2(embedding: 6)),
      res2Net("v2 wide", .v2Wide(embedding: 6)), res2Net("Res2Net", .res2Net(embedding: 6)),
      ("ResNet34", .resNet34(resNet)), ("x-vector", .xvector(xvector)),
    ].map { NamedNetwork(name: $0.0, configuration: $0.1, frontEnd: .fbank) }
  }()

  /// Writes a network with fresh values, without what `leaves` says.
  private func write(
    _ network: NamedNetwork, to path: String, leaves: (String) -> Bool, extra: [StateEntry] = []
  ) throws -> [StateEntry] {
    let entries = try network.configuration.network(
      FastKernels.self, front: .fbank, source: FreshParameters(seed: 5)
    ).registry.stateDict
    let document = StateDictDocument.make(
      entries.filter { !leaves($0.key) } + extra, modules: ["", "blocks"])
    try OutputPlan(document).write(to: path, replacing: true)
    return entries
  }

  private static func lies(_ key: String, in layer: String) -> Bool {
    key == layer || key.hasPrefix(layer + ".")
  }

  @Test("a file that lacks any layer fills what it has, and the rest must be named", arguments: networks)
  func anyLayer(_ network: NamedNetwork) throws {
    let folder = try TemporaryFolder()
    let path = folder("part.pth")
    let slots = try network.configuration.slots
    let layers = OrderedSet(slots.map { String($0.key.split(separator: ".")[0]) })
    for layer in layers {
      let whole = try write(network, to: path) { Self.lies($0, in: layer) }
      let file = try BackboneFile(path, .init(network: network))
      #expect(file.named == network)
      let table = try LoadingTable(slots, file, .init())
      let gone = slots.map(\.key).filter { Self.lies($0, in: layer) }.map { Text($0) }
      #expect(table.keys(.missing) == gone)
      #expect(table.count(.loaded) == slots.count - gone.count)
      let error = try #require(throws: CheckpointError.self) { try table.check(against: network) }
      // What the refusal advises is what settles it, and names nothing else.
      let words = try #require(error.hint?.split(separator: "`").first.map(String.init))
      let patterns = words.split(separator: " ").filter { $0 != "--fresh" }
        .map { word in String(word.filter { $0 != "'" }) }
      let settled = try LoadingTable(slots, file, .init(fresh: patterns))
      try settled.check(against: network)
      #expect(settled.keys(.fresh) == gone)
      let made = try file.network(network.configuration, front: .fbank, settled, seed: 9).registry.stateDict
      for (old, new) in zip(whole, made) where !gone.contains(Text(old.key)) { #expect(old == new) }
      #expect(Array(made.map(\.key)) == slots.map(\.key))
    }
  }

  @Test("widths that contradict the name are misshapen, nothing is resized", arguments: networks)
  func widths(_ network: NamedNetwork) throws {
    let folder = try TemporaryFolder()
    _ = try write(network, to: folder("b.pth")) { _ in false }
    var other = network
    other.configuration.embedding = 7
    let file = try BackboneFile(folder("b.pth"), .init(network: other))
    let table = try LoadingTable(try other.configuration.slots, file, .init())
    #expect(table.count(.misshapen) > 0)
    #expect(table.count(.missing) == 0)
    #expect(throws: CheckpointError(.misfit, "")) { try table.check(against: other) }
  }

  @Test("what the network has no place for must be ignored by name", arguments: networks)
  func extra(_ network: NamedNetwork) throws {
    let folder = try TemporaryFolder()
    let extra = StateEntry(key: "decoder.scale", shape: [1], value: .floats([1]), isParameter: true)
    _ = try write(network, to: folder("b.pth"), leaves: { _ in false }, extra: [extra])
    let file = try BackboneFile(folder("b.pth"), .init(network: network))
    let slots = try network.configuration.slots
    #expect(throws: CheckpointError(.misfit, "")) { try LoadingTable(slots, file, .init()).check() }
    try LoadingTable(slots, file, .init(ignore: ["decoder.scale"])).check()
  }

  @Test("a name stands above what the file would be taken for", arguments: networks)
  func foreign(_ network: NamedNetwork) throws {
    let folder = try TemporaryFolder()
    _ = try write(network, to: folder("b.pth")) { _ in false }
    let tiny = NamedNetwork(
      name: "3dspeaker/other",
      configuration: network.name == "x-vector" ? .resNet34(.init()) : .xvector(.init()), frontEnd: .fbank)
    let file = try BackboneFile(folder("b.pth"), .init(network: tiny))
    let table = try LoadingTable(try tiny.configuration.slots, file, .init())
    #expect(table.count(.loaded) == 0 || network.name == "x-vector")
    #expect(throws: CheckpointError(.misfit, "")) { try table.check(against: tiny) }
  }

  @Test("the refusal says what the file looks like, and what would do")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let path = folder("part.pth")
    func refusal(_ network: NamedNetwork, without layer: String) throws -> CheckpointError {
      _ = try write(network, to: path) { Self.lies($0, in: layer) }
      return try #require(throws: CheckpointError.self) { try BackboneFile(path) }
    }
    let error = try refusal(Self.networks[0], without: "fc")
    #expect(error.code == .misfit)
    #expect(
      error.reason
        == "the file does not tell every size of the network; it looks like ECAPA-TDNN, channels 8, without `fc`"
    )
    #expect(error.hint == "`--embedding 192 --fresh 'fc.**'` for a new last layer, of any size")
    #expect(try refusal(Self.networks[0], without: "blocks.1").reason.hasSuffix("without `blocks.1`"))
    let published = try NamedNetwork(catalogue: "xvector-512")
    #expect(
      try refusal(published, without: "frame_2").hint
        == "`--network 3dspeaker/xvector-512`, and `--fresh` for what is not in the file")
  }

  @Test(
    "a size of embeddings that is said is enough where the last layer alone is missing", arguments: networks)
  func embedding(_ network: NamedNetwork) throws {
    let folder = try TemporaryFolder()
    _ = try write(network, to: folder("b.pth")) {
      $0.hasPrefix("fc.") || $0.hasPrefix("seg_") || $0.hasPrefix("xvector.dense.")
    }
    var wanted = network.configuration
    wanted.embedding = 9
    let file = try BackboneFile(folder("b.pth"), .init(embedding: 9))
    #expect(file.configuration == wanted)
    #expect(file.named == nil)
  }
}
