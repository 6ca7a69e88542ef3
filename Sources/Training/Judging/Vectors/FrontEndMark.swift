// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What a file of embeddings says of the features that its network was fed: the front end's word, as text.
///
/// A `.npz` file has it as its last array, of uint8, under a name that no recording may have; a Kaldi archive `E.ark`, whose
/// entries are all embeddings, in a file `E.front-end` beside it. A file without it says nothing.
enum FrontEndMark {
  /// The array's name.
  static let entry: Text = "resect:front-end"

  /// Bytes of a word: far more than any has.
  private static let longest = 256

  static func array(_ word: Text) -> NPYArray {
    NPYArray(.uint8, shape: [word.count], bytes: word.bytes)
  }

  /// - Throws: `corrupt` where the array is no word.
  static func word(_ array: NPYArray) throws(CheckpointError) -> Text {
    guard array.type == .uint8, let word = word(array.bytes) else {
      throw CheckpointError(
        .corrupt, "the front end is no word: \(array.count) values of \(array.type)", at: .init(key: entry))
    }
    return word
  }

  /// `E.front-end` for `E.ark`; nil where `path` is no archive's.
  static func file(beside path: String) -> String? {
    FilePath.suffix(of: path) == "ark" ? path.dropLast("ark".count) + "front-end" : nil
  }

  /// What lies beside an archive; nil where nothing does.
  ///
  /// - Throws: `corrupt` where the file is no word.
  static func read(beside path: String) throws(CheckpointError) -> Text? {
    guard let file = file(beside: path), FileSystem.kind(of: file) == .file else { return nil }
    do throws(CheckpointError) {
      guard let word = word(PythonSpace.stripped(try FileSystem.bytes(of: file, limit: longest)[...])) else {
        throw CheckpointError(
          .corrupt, "it should hold a front end's word", hint: "remove it where another program wrote it")
      }
      return word
    } catch { throw error.at(file: file) }
  }

  /// UTF-8 without white space and control characters.
  private static func word(_ bytes: some Collection<UInt8>) -> Text? {
    guard 1...longest ~= bytes.count, bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
    return Text(utf8: bytes)
  }

  /// The front end of files whose embeddings are compared with each other; nil where none says any.
  ///
  /// - Throws: `misfit` for the first that says another than one before it, both named.
  static func common(
    _ claims: [(file: String, frontEnd: Text?)]
  ) throws(CheckpointError) -> Text? {
    var known: (file: String, frontEnd: Text)?
    for (file, frontEnd) in claims {
      guard let frontEnd else { continue }
      if let known, known.frontEnd != frontEnd {
        throw CheckpointError(
          .misfit,
          "its front end is \(frontEnd), that of `\(known.file)` is \(known.frontEnd): the features differ, and so do the scores",
          at: .init(file: file), hint: "embed both with one front end (`embed --front-end`)")
      }
      known = known ?? (file, frontEnd)
    }
    return known?.frontEnd
  }
}
