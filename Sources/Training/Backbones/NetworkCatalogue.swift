// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The networks of 3D-Speaker by name: `3dspeaker/campplus-192` is a CAM++ with embeddings of 192.
///
/// A name ends in the size of the embeddings, and any size may stand there; `published` are those that upstream's
/// recipes and released files have.
package enum NetworkCatalogue {
  package static let prefix = "3dspeaker/"

  /// Networks that differ in the size of their embeddings alone.
  package struct Family: Sendable {
    /// What stands before the size.
    package let name: String
    package let published: [Int]
    package let summary: String
    fileprivate let slots: @Sendable (_ embedding: Int) throws(CheckpointError) -> [StateSlot]
  }

  package static let families: [Family] = [
    Family(name: "campplus", published: [192, 512], summary: "CAM++") { (size) throws(CheckpointError) in
      try NetworkConfiguration.camPlusPlus(.init(embedding: size)).slots
    },
    Family(
      name: "ecapa", published: [192, 512],
      summary: "ECAPA-TDNN, 1024 channels; RDINO's and SDPN's are of 512"
    ) { (size) throws(CheckpointError) in try ecapa(1024, size) },
    Family(name: "ecapa-c512", published: [192], summary: "ECAPA-TDNN, 512 channels") {
      (size) throws(CheckpointError) in try ecapa(512, size)
    },
    Family(name: "eres2net-base", published: [192, 512], summary: "ERes2Net, 32 planes") {
      (size) throws(CheckpointError) in try res2net(.base(embedding: size))
    },
    Family(name: "eres2net-large", published: [192, 512], summary: "ERes2Net, 64 planes") {
      (size) throws(CheckpointError) in try res2net(.large(embedding: size))
    },
    Family(name: "eres2net-huge", published: [192], summary: "ERes2Net, scale 3, expansion 4") {
      (size) throws(CheckpointError) in try res2net(.huge(embedding: size))
    },
    Family(name: "eres2netv2", published: [192], summary: "ERes2NetV2") { (size) throws(CheckpointError) in
      try res2net(.v2(embedding: size))
    },
    Family(
      name: "eres2netv2-w24s4ep4", published: [192], summary: "ERes2NetV2, width 24, scale 4, expansion 4"
    ) { (size) throws(CheckpointError) in try res2net(.v2Wide(embedding: size)) },
    Family(name: "resnet34", published: [192], summary: "ResNet34, two embedding layers") {
      (size) throws(CheckpointError) in
      try NetworkConfiguration.resNet34(.init(embedding: size)).slots
    },
    Family(name: "res2net", published: [192], summary: "Res2Net") { (size) throws(CheckpointError) in
      try res2net(.res2Net(embedding: size))
    },
    Family(name: "xvector", published: [512], summary: "x-vector TDNN") { (size) throws(CheckpointError) in
      try NetworkConfiguration.xvector(.init(embedding: size)).slots
    },
  ]

  /// The published names, each with what it is, in the order of `families`; then the forms of classifiers.
  package static var listed: [(name: String, summary: String)] {
    families.flatMap { family in
      family.published.map { ("\(prefix)\(family.name)-\($0)", family.summary) }
    } + [
      ("\(prefix)classifier-cosine-192x5994", "cosine classifier, 192 to 5994 classes; any sizes"),
      ("\(prefix)classifier-linear-512x3", "linear classifier, 512 to 3 classes; any sizes"),
    ]
  }

  /// The state dict of a network, in order, as its definition has it.
  ///
  /// - Parameter name: with or without `3dspeaker/`.
  /// - Throws: `wrongWords` with the nearest name.
  package static func slots(of name: String) throws(CheckpointError) -> [StateSlot] {
    let bare = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    guard let dash = bare.lastIndex(of: "-") else { throw unknown(name) }
    let family = bare[..<dash]
    let sizes = bare[bare.index(after: dash)...].split(separator: "x", omittingEmptySubsequences: false)
      .map { $0.first?.isNumber == true ? Int($0).flatMap { 1...(1 << 24) ~= $0 ? $0 : nil } : nil }
    if let match = families.first(where: { $0.name == family }), sizes.count == 1, let size = sizes[0] {
      return try match.slots(size)
    }
    for kind in ClassifierKind.allCases where family == "classifier-\(kind.rawValue)" && sizes.count == 2 {
      guard let size = sizes[0], let classes = sizes[1] else { continue }
      return try Classifier<FastKernels>(
        kind, embedding: size, classes: classes, source: OutlineParameters()
      ).registry.slots
    }
    throw unknown(name)
  }

  private static func unknown(_ name: String) -> CheckpointError {
    let near = Nearest.match(name.hasPrefix(prefix) ? name : prefix + name, among: listed.map(\.name))
    return CheckpointError(
      .wrongWords, "`\(name)` is no network that is known",
      hint: near.map { "`\($0)`" } ?? "`resect-train spec --list` shows the names")
  }

  private static func ecapa(_ channels: Int, _ size: Int) throws(CheckpointError) -> [StateSlot] {
    var configuration = ECAPAConfiguration()
    configuration.channels = [channels, channels, channels, channels, 3 * channels]
    configuration.embedding = size
    return try NetworkConfiguration.ecapaTDNN(configuration).slots
  }

  private static func res2net(_ configuration: Res2NetConfiguration) throws(CheckpointError) -> [StateSlot] {
    try NetworkConfiguration.res2Net(configuration).slots
  }
}
