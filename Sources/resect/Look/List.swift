// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect ls`: a `Listing`, a line a tensor.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "Every tensor: path, dtype, shape, bytes.",
    discussion: """
      A pattern without / is matched against whole keys, with / against whole paths. * stays inside one dotted \
      part, ** crosses dots. A container that matches lists all below it.

      Examples:
        resect ls checkpoint.pth
        resect ls checkpoint.pth teacher
        resect ls checkpoint.pth '**.running_*'
        resect ls checkpoint.pth 'teacher/module.backbone.blocks.*.conv.**'
        resect ls checkpoint.pth --json --hash
        resect ls checkpoint.pth --json --places
      """)

  @Argument(help: "A checkpoint.", completion: .file())
  var file: String

  @Argument(help: "Which tensors.", completion: TensorNames.completion)
  var patterns: [Text] = []

  @Flag(help: "Add each tensor's SHA-256 over its elements.")
  var hash = false

  @Flag(help: "Add the file, offset and length at which each tensor's elements lie as they are.")
  var places = false

  @Flag(help: "One stable line a tensor and value, for git; see `resect git-setup`.")
  var textconv = false

  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let hash = hash || textconv
    let document = try Checkpoint.open(file)
    let progress = hash ? Progress("hashing", total: document.tensorBytes) : nil
    let listing = try NothingFound.reading {
      try document.listing(matching: patterns, hashing: hash, placing: places) { progress?.advance($0) }
    }
    progress?.finish()
    if output.json {
      try JSONText.write(listing) { try Standard.output($0) }
    } else {
      try Standard.output(textconv ? TextConversion.text(listing) : Self.text(listing))
    }
    if !output.json { for note in listing.notes ?? [] { Standard.error("note: \(note)\n") } }
    if listing.tensors.isEmpty && !output.json && !textconv {
      Standard.error("\(file): no tensors among what it holds; `resect tree` shows the rest\n")
    }
  }

  /// One line a tensor.
  static func text(_ listing: Listing) -> String {
    var table = TextTable(.left, .left, .left, .right, .left, .left, .left, .left)
    for tensor in listing.tensors {
      let path = Words.plain(tensor.path)
      var row = [path, tensor.dtype, Words.shape(tensor.shape), Words.bytes(tensor.bytes)]
      if let digest = tensor.sha256 { row.append(digest) }
      if let place = tensor.place { row.append(Self.text(place)) }
      if let kind = kind(of: tensor) { row.append(kind) }
      if let first = tensor.sharesWith { row.append("shares \(Words.plain(first))") }
      table.add(row)
    }
    return table.text
  }

  /// `a.pth: byte 1600`, or that there is no such place.
  private static func text(_ place: ListedPlace) -> String {
    place.run.map { "\(Words.plain($0.file)): byte \($0.offset)" } ?? "nowhere as it is"
  }

  /// What a tensor with parts is: `sparse_coo`, `class a.B`, `with attributes`.
  private static func kind(of tensor: Listing.Tensor) -> String? {
    guard tensor.parts != nil else { return nil }
    let words = [tensor.layout, tensor.className.map { "class \(Words.plain($0))" }].compactMap { $0 }
    return words.isEmpty ? "with attributes" : words.joined(separator: ", ")
  }
}
