// SPDX-License-Identifier: Apache-2.0

/// What goes into a `CKPT-*` folder, by file.
///
/// The document is a bare backbone, or a dict as `ThreeDSpeakerFolder` reads it: `embedding_model`, and beside it
/// `classifier`, `epoch_counter`, `CKPT`, other containers, which become `*.ckpt` files, and files by their names.
struct ThreeDSpeakerContents {
  /// What torch saves, by stem; a document's root is what the file holds.
  private(set) var states: [(stem: Text, document: Document)] = []
  /// Plain pickles, by stem.
  private(set) var pickles: [(stem: Text, document: Document)] = []
  private(set) var files: [(name: Text, bytes: [UInt8])] = []
  private(set) var yaml = CheckpointYAML()
  /// The text of `epoch_counter.ckpt`.
  private(set) var epoch = 0
  private(set) var droppedValues: [Text] = []
  private(set) var notes: [String] = []
  /// The stem whose document is not the one that is converted.
  private(set) var foreignStem: Text?
  /// Files beyond the document's own that bytes come from.
  private(set) var foreignInputs: [InputFile] = []

  init(_ document: Document, _ options: ThreeDSpeakerOptions) throws(CheckpointError) {
    var own: Document?
    switch document[document.root] {
    case .stateDict:
      states.append((ThreeDSpeaker.backbone, document))
    case .mapping(let mapping) where document.isStateDict(ThreeDSpeaker.backbone):
      own = try take(mapping, of: document)
    default: throw Self.noBackbone(document)
    }
    try Self.checkBare(states[0].document)
    try addClassifier(own, options)
    try settle(options)
  }

  // MARK: What the document has

  /// Sorts the entries of a dict into files and gives the classifier among them.
  private mutating func take(
    _ mapping: Mapping, of document: Document
  ) throws(CheckpointError) -> Document? {
    var classifier: Document?
    var counter: Int?
    for entry in mapping.entries {
      guard case .string(let key) = document[entry.key] else {
        droppedValues.append(ValuePath.escape(document.keyText(entry.key)))
        continue
      }
      var part = document
      part.root = entry.value
      switch (key, document[entry.value]) {
      case (ThreeDSpeaker.backbone, .stateDict): states.insert((key, part), at: 0)
      case (ThreeDSpeaker.classifier, .stateDict): classifier = part
      case (ThreeDSpeaker.counter, .int(let value)): counter = Int(value)
      case (ThreeDSpeaker.folderPrefix, .mapping(let meta)): take(yaml: meta, of: document)
      case (ThreeDSpeaker.labelEncoder, .mapping) where !document.holdsTensor(entry.value):
        pickles.append((key, part))
      case (_, .stateDict), (_, .mapping), (_, .list), (_, .tuple), (_, .tensor):
        try Self.checkFileName(key)
        states.append((key, part))
      case (_, .string(let text)) where text.isWellFormed && Self.isFileName(key):
        files.append((key, text.bytes))
      case (_, .bytes(let bytes)) where Self.isFileName(key): files.append((key, bytes))
      default: droppedValues.append(ValuePath.escape(key))
      }
    }
    epoch = counter ?? yaml.epoch ?? 0
    return classifier
  }

  private mutating func take(yaml mapping: Mapping, of document: Document) {
    var keys: Set<YAMLKey> = []
    for entry in mapping.entries {
      if let key = YAMLValue(entry.key, in: document), let identity = YAMLKey(key),
        let value = YAMLValue(entry.value, in: document), keys.insert(identity).inserted
      {
        yaml.entries.append(.init(key: key, value: value))
      } else {
        let name = document.keyText(entry.key)
        droppedValues.append("\(ThreeDSpeaker.folderPrefix)/\(ValuePath.escape(name))")
      }
    }
  }

  private mutating func dropYAML(_ name: Text) {
    droppedValues.append("\(ThreeDSpeaker.folderPrefix)/\(ValuePath.escape(name))")
  }

  /// A name with a suffix of its own: `label_map.json`. What has none is a value, not a file.
  private static func isFileName(_ key: Text) -> Bool {
    guard (try? checkFileName(key)) != nil, key != ThreeDSpeaker.yamlName else { return false }
    return (key.lastIndex(of: ".") ?? 0) > 0 && !key.hasSuffix(ThreeDSpeaker.suffix)
  }

  private static func checkFileName(_ key: Text) throws(CheckpointError) {
    let isPlain =
      key.isWellFormed && key.bytes.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "/") && $0 != 0x7F }
    guard isPlain, (1...200).contains(key.count), key != ".", key != ".." else {
      throw CheckpointError(
        .unrepresentable, "a file of the folder would have this name, which no file can have",
        at: .init(key: key), hint: "`drop` it, or rename it")
    }
  }

  // MARK: Refusals

  private static func noBackbone(_ document: Document) -> CheckpointError {
    var hint = "a bare backbone, or a dict with `embedding_model`"
    if case .layout? = try? Recognition(document) {
      hint = "`resect strip FILE -o backbone.pth` first, then convert that"
    }
    return CheckpointError(
      .unrepresentable,
      "a 3D-Speaker folder is made from a bare backbone, and this is more or something else",
      hint: hint)
  }

  /// Upstream saves the inner module, and its recovery loads strictly: no wrapper, no head.
  private static func checkBare(_ document: Document) throws(CheckpointError) {
    guard case .stateDict(let state) = document[document.root] else { return }
    if Backbone(state, in: document)?.isClassifier == true {
      throw CheckpointError(
        .unrepresentable, "this is a classifier; the folder is made from a backbone",
        hint: "convert the backbone, with `--classifier-from` this file")
    }
    switch try Recognition(document) {
    // A network that no layout knows is its owner's.
    case .bare, .unknown: break
    case .undecided(let undecided): throw undecided.error
    case .layout(let found):
      throw CheckpointError(
        .unrepresentable,
        "the keys are not those of a bare backbone (\(found.name)), and upstream's recovery is strict",
        hint: "`resect strip FILE -o backbone.pth` first, then convert that")
    }
  }

  // MARK: The classifier

  private mutating func addClassifier(
    _ own: Document?, _ options: ThreeDSpeakerOptions
  ) throws(CheckpointError) {
    let backbone = states[0].document.recognised
    if backbone?.frontEnd == .mel {
      notes.append(
        "the backbone takes power mels (RDINO, SDPN); upstream's supervised recipes feed log filter banks to the "
          + "same keys")
    }
    let classifier: Document
    switch options.classifier {
    case nil:
      guard let own else {
        throw CheckpointError(
          .unrepresentable,
          "there is no classifier, and upstream's recovery fails without `classifier.ckpt`",
          hint: "`--classes N`, the number of speakers, makes a fresh one; `--classifier-from FILE` takes one"
        )
      }
      classifier = own
    case .fresh(let form, let rows, let seed):
      guard let backbone else {
        throw CheckpointError(
          .unknownLayout, "the network is none that is known, so the size of its embedding is not",
          hint: "`--classifier-from FILE`")
      }
      classifier = try FreshClassifier.document(
        form, rows: rows, embedding: backbone.embedding, seed: seed)
      notes.append("a fresh \(form.rawValue) classifier, \(rows) rows of \(backbone.embedding), seed \(seed)")
    case .document(let other):
      classifier = try Self.classifier(in: other)
      foreignInputs = Set(classifier.storages.flatMap(\.bytes.inputs)).sorted { $0.path < $1.path }
    }
    if options.classifier != nil {
      foreignStem = ThreeDSpeaker.classifier
      if own != nil { notes.append("the classifier of the input gives way to it") }
    }
    if let head = classifier.recognised, let backbone, head.embedding != backbone.embedding {
      throw CheckpointError(
        .misfit, "the classifier takes \(head.embedding) values, the backbone gives \(backbone.embedding)",
        at: .init(key: ThreeDSpeaker.classifier), hint: "`--classes N` makes a fresh one that fits")
    }
    states.insert((ThreeDSpeaker.classifier, classifier), at: 1)
  }

  private static func classifier(in document: Document) throws(CheckpointError) -> Document {
    var part = document
    if let inside = document.value(of: ThreeDSpeaker.classifier, in: document.root),
      case .stateDict = document[inside]
    {
      part.root = inside
    }
    guard part.recognised?.isClassifier == true else {
      throw CheckpointError(
        .misfit, "this is no classifier of 3D-Speaker: `weight`, or `linear.weight` and `linear.bias`",
        at: .init(file: document.source?.file), hint: "`classifier.ckpt` of a CKPT folder, or the folder")
    }
    return part
  }

  // MARK: Epoch and time

  private mutating func settle(_ options: ThreeDSpeakerOptions) throws(CheckpointError) {
    if let epoch = options.epoch {
      self.epoch = epoch
      yaml["epoch"] = .int(Int64(epoch))
    }
    if yaml.epoch == nil { yaml["epoch"] = .int(Int64(epoch)) }
    guard epoch >= 0, yaml.epoch.map({ $0 >= 0 }) ?? false else {
      throw CheckpointError(.wrongWords, "an epoch below 0", hint: "`--epoch 0` begins a run")
    }
    if let unixtime = options.unixtime { yaml["unixtime"] = .float(unixtime) }
    if yaml.unixtime == nil {
      yaml["unixtime"] = .float(0)
      notes.append("unixtime is 0.0: beside other checkpoints upstream takes theirs; --unixtime sets it")
    }
    if let name = options.folderName, !Text(name).hasPrefix(ThreeDSpeaker.folderPrefix) {
      notes.append(
        "upstream looks at folders alone whose names begin with `CKPT`: `\(ThreeDSpeaker.folderName(epoch: epoch))`"
      )
    }
  }
}

extension Document {
  /// The network or classifier that the root is, if it is one that is known.
  fileprivate var recognised: Backbone? {
    if case .stateDict(let state) = self[root] { Backbone(state, in: self) } else { nil }
  }

  /// Whether a state dict lies under a key of the root.
  fileprivate func isStateDict(_ key: Text) -> Bool {
    guard let value = value(of: key, in: root), case .stateDict = self[value] else { return false }
    return true
  }
}
