// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What a run begins with: the network, and where the first values of its tensors come from.
package struct FinetuneStart: Sendable {
  /// Nil where every value is drawn and a name says what the network is.
  package let file: BackboneFile?
  /// The checkpoint folder whose classifier and labels are taken too.
  package let folder: String?
  package let configuration: NetworkConfiguration
  /// What said what the network is; nil where the file's keys and shapes do.
  package let named: NamedNetwork?
  package let choice: FrontEndChoice
  package let table: LoadingTable

  /// - Parameters:
  ///   - resumed: the folder of the checkpoint that the run goes on from. Its network is taken as it is.
  ///   - onNetwork: told once what said what the network is, nil where the file does; before the table is made.
  ///   - onTable: gets the table before it is judged.
  /// - Throws: what the file, the names and the table are refused for.
  init(
    _ options: FinetuneOptions, resumed: String?, onNetwork: (NamedNetwork?) -> Void,
    onTable: (LoadingTable) -> Void
  ) throws(CheckpointError) {
    // A run that goes on, or starts from a folder, takes the folder's classifier and labels too.
    if let resumed {
      folder = resumed
    } else if options.startsWithClassifier, let word = options.backbone {
      folder = try CheckpointFolder.folder(word)
    } else {
      folder = nil
    }
    let naming = BackboneFile.Naming(
      network: try options.network.map { name throws(CheckpointError) in try NamedNetwork(catalogue: name) },
      recipe: options.recipeNetwork, embedding: options.embedding)
    if let asked = options.embedding, let network = naming.network, network.configuration.embedding != asked {
      throw CheckpointError(
        .contradiction, "`--embedding \(asked)` contradicts `--network \(network.name)`",
        hint: "the size at the end of the network's name")
    }
    if let word = folder ?? options.backbone {
      let file = try BackboneFile(word, folder == nil ? naming : .init())
      self.file = file
      named = file.named
      onNetwork(named)
      choice = try FrontEndChoice(asked: options.frontEnd, in: file, mayTurn: resumed == nil)
      if let resumed, let fed = choice.trained, fed != choice.front {
        throw CheckpointError(
          .contradiction, "the run feeds `\(fed.rawValue)`, and would go on with `\(choice.front.rawValue)`",
          at: .init(file: resumed),
          hint:
            "the words that it was begun with, or `--start \(ShellWords.safe(Text(resumed)))` and another folder"
        )
      }
    } else {
      let network: NamedNetwork
      switch (naming.network, options.recipeNetwork) {
      case (let named?, _): network = named
      case (nil, .success(let described)): network = described
      case (nil, .failure(let error)): throw error
      case (nil, nil): throw CheckpointError(.wrongWords, "what network is it?", hint: "--network NAME")
      }
      file = nil
      named = network
      onNetwork(named)
      choice = try FrontEndChoice(asked: options.frontEnd, for: network)
    }
    var configuration = file?.configuration ?? named?.configuration
    if folder == nil, let embedding = options.embedding { configuration?.embedding = embedding }
    guard let configuration else { throw CheckpointError(.wrongWords, "what network is it?") }
    try configuration.checkSize()
    self.configuration = configuration
    do throws(CheckpointError) {
      if let resumed, let asked = options.embedding, asked != configuration.embedding {
        throw CheckpointError(
          .contradiction, "the run has embeddings of \(configuration.embedding), not of \(asked)",
          hint: "the words that it was begun with, or `--start \(resumed)` and another folder")
      }
      table = try LoadingTable(configuration.slots, file, folder == nil ? options.tableRules : .init())
      onTable(table)
      try table.check(against: named)
    } catch { throw error.at(file: file?.path) }
  }

  package var front: FrontEnd { choice.front }

  /// What the network is, on one line.
  package func backbone() throws(CheckpointError) -> Backbone {
    var backbone = try configuration.backbone(front)
    // A file that does not tell its front end is not made to.
    if let file { backbone.frontEnd = file.backbone.frontEnd.map { _ in front.form } }
    return backbone
  }

  /// The network with its first values.
  func network(seed: UInt64) throws(CheckpointError) -> any SpeakerNetwork<FastKernels> {
    if let file { return try file.network(configuration, front: front, table, seed: seed) }
    return try configuration.network(FastKernels.self, front: front, source: FreshParameters(seed: seed))
  }
}

extension FinetuneOptions {
  /// With `--init random` nothing is taken from the file but its sizes.
  fileprivate var tableRules: LoadingTable.Rules {
    initial == .random ? .init(load: [], fresh: ["**"], ignore: []) : rules
  }
}
