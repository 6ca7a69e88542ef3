// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit
import Training

/// `resect-train spec`: the keys of a network, which `resect fit` takes.
struct Spec: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A network's key list: names, dtypes and shapes, from its own definition.",
    discussion: """
      A table of tab-separated columns, as `resect fit --to` reads it; with --json in the form of `resect ls --json`. \
      A name ends in the size of the embeddings, and any size may stand there.

      Examples:
        resect-train spec --list
        resect-train spec 3dspeaker/campplus-192
        resect-train spec 3dspeaker/classifier-cosine-192x5994 --json
        resect-train spec --config ecapa_tdnn.yaml
        resect fit backbone.pth --to 3dspeaker/campplus-192
      """)

  @Argument(
    help: "A network, such as 3dspeaker/campplus-192.",
    completion: .list(NetworkCatalogue.listed.map(\.name)))
  var name: String?

  @Option(help: "Instead of a name: 3D-Speaker's own yaml, its embedding_model.", completion: .file())
  var config: String?

  @Flag(help: "List the names.")
  var list = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    if let config { return try run(config) }
    guard let name, !list else {
      guard list, name == nil else {
        throw CheckpointError(
          .wrongWords, list ? "`--list` takes no name" : "which network?",
          hint: "`resect-train spec --list` shows the names")
      }
      let names = NetworkNames()
      return try output.print(names) {
        var table = TextTable(.left, .left)
        for network in names.networks { table.add([network.name, network.summary]) }
        return table.text
      }
    }
    let spec = try NetworkSpec(name)
    try output.print(spec) { spec.table }
  }

  /// Prints the network of a configuration.
  private func run(_ config: String) throws {
    guard name == nil, !list else {
      throw CheckpointError(
        .wrongWords, "`--config` stands alone", hint: "`resect-train spec --config \(config)`")
    }
    let spec: NetworkSpec
    do throws(CheckpointError) {
      guard let network = try RecipeFile.read(config).embeddingModel() else {
        throw CheckpointError(
          .misfit, "it names no network: there is no `embedding_model`", hint: "a supervised recipe's yaml")
      }
      spec = try NetworkSpec(network, of: config)
      if let note = try network.configuration.backbone(network.frontEnd).upstreamNote {
        Standard.error("note: \(note)\n")
      }
    } catch { throw error.at(file: config) }
    try output.print(spec) { spec.table }
  }
}
