// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect cat`: `TensorBytes` on standard output.
struct Cat: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat",
    abstract: "The elements of tensors as bytes, on standard output.",
    discussion: """
      Row-major and little-endian, whatever the strides and the byte order of the file: the bytes whose SHA-256 \
      `resect ls --hash` prints. Several keys: one after the other, nothing between them. --json prints what the bytes \
      would be instead.

      Examples:
        resect cat model.pth fc.weight > fc.bin
        resect cat model.pth fc.weight | od -t f4
        resect cat model.pth fc.weight fc.bias | sha256sum
      """)

  @Argument(help: "A checkpoint: a file or a folder.", completion: .file())
  var file: String

  @Argument(help: "Paths as `resect ls` prints them, or keys.", completion: TensorNames.completion)
  var keys: [Text]

  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    if !output.json {
      try Standard.refuseTerminal(
        hint: "`> OUT.bin` or `| od -t f4` behind it, or --json to see what they are")
    }
    let document = try Checkpoint.open(file)
    let bytes = try NothingFound.reading { try TensorBytes(document, keys: keys) }
    if output.json { return try Standard.output(JSONText.of(bytes.report)) }
    try bytes.checkStream()
    let progress = Progress("reading", total: bytes.report.bytes)
    try Standard.output { write throws(CheckpointError) in
      try bytes.forEachChunk { chunk throws(CheckpointError) in
        try write(chunk)
        progress.advance(chunk.byteCount)
      }
    }
    progress.finish()
  }
}
