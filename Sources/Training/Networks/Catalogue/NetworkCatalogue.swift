// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The networks of 3D-Speaker by name: `3dspeaker/campplus-192` is a CAM++ with embeddings of 192.
///
/// A name ends in the size of the embeddings, and any size may stand there.
package enum NetworkCatalogue {
  package static let prefix = "3dspeaker/"

  package static let families: [PublishedNetwork] = NetworkFamilies.standard.all.flatMap(\.published)

  /// The published names, each with what it is, in the order of `families`; then the forms of classifiers.
  package static var listed: [(name: String, summary: String)] {
    families.flatMap { family in
      family.embeddings.map { ("\(prefix)\(family.name)-\($0)", family.summary) }
    } + [
      ("\(prefix)classifier-cosine-192x5994", "cosine classifier, 192 to 5994 classes; any sizes"),
      ("\(prefix)classifier-linear-512x3", "linear classifier, 512 to 3 classes; any sizes"),
    ]
  }

  /// The state dict of a network or a classifier, in order, as its definition has it.
  ///
  /// - Parameter name: with or without `3dspeaker/`.
  /// - Throws: `wrongWords` with the nearest name.
  package static func slots(of name: String) throws(CheckpointError) -> [StateSlot] {
    if let configuration = try configuration(of: name) { return try configuration.slots }
    let (family, sizes) = try parts(of: name)
    for kind in ClassifierKind.allCases where family == "classifier-\(kind.rawValue)" && sizes.count == 2 {
      return try Classifier<FastKernels>(
        kind, embedding: sizes[0], classes: sizes[1], source: OutlineParameters()
      ).registry.slots
    }
    throw unknown(name)
  }

  /// The sizes of a network; nil for a classifier.
  ///
  /// - Throws: `wrongWords` with the nearest name.
  package static func configuration(of name: String) throws(CheckpointError) -> NetworkConfiguration? {
    let (family, sizes) = try parts(of: name)
    if let match = families.first(where: { $0.name == family }), sizes.count == 1 {
      return match.configuration(sizes[0])
    }
    for kind in ClassifierKind.allCases where family == "classifier-\(kind.rawValue)" && sizes.count == 2 {
      return nil
    }
    throw unknown(name)
  }

  /// A name with its prefix, which may be left out.
  static func whole(_ name: String) -> String { name.hasPrefix(prefix) ? name : prefix + name }

  /// What stands before the last dash, and the sizes after it.
  private static func parts(of name: String) throws(CheckpointError) -> (family: Substring, sizes: [Int]) {
    let bare = name.hasPrefix(prefix) ? name.dropFirst(prefix.count) : name[...]
    guard let dash = bare.lastIndex(of: "-") else { throw unknown(name) }
    let sizes = bare[bare.index(after: dash)...].split(separator: "x", omittingEmptySubsequences: false)
      .compactMap { $0.first?.isNumber == true ? Int($0).flatMap { 1...(1 << 24) ~= $0 ? $0 : nil } : nil }
    guard sizes.count == bare[dash...].count(where: { $0 == "x" }) + 1 else { throw unknown(name) }
    return (bare[..<dash], sizes)
  }

  private static func unknown(_ name: String) -> CheckpointError {
    let near = Nearest.match(name.hasPrefix(prefix) ? name : prefix + name, among: listed.map(\.name))
    return CheckpointError(
      .wrongWords, "`\(name)` is no network that is known",
      hint: near.map { "`\($0)`" } ?? "`resect-train spec --list` shows the names")
  }
}
