// SPDX-License-Identifier: Apache-2.0

/// A form of file that is a checkpoint by itself: all that opening and verifying know of it.
///
/// `FileContent.forms` lists them. To scanning, one that it does not know otherwise holds numbers alone, and is sound where
/// `inspect` says so.
protocol FileForm: SendableMetatype {
  /// What a file of this form is, in a sentence: "a zip archive".
  static var words: String { get }
  /// The same in one word, for reports: "safetensors".
  static var word: String { get }

  /// Whether a file that begins with these bytes (512, or all that it has) means to be of this form.
  static func begins(_ start: [UInt8]) -> Bool

  /// The values. Reads directories, headers and pickles, no tensor.
  static func read(_ file: InputFile) throws(CheckpointError) -> Document

  /// Compares what the file says of its parts with what it holds.
  ///
  /// - Parameter onBytes: called with the number of bytes that were read, now and then.
  /// - Throws: what `read` throws of a file that cannot be walked at all; what is wrong inside one that can is a
  ///   finding.
  static func inspect(_ file: InputFile, _ onBytes: (Int) -> Void) throws(CheckpointError) -> Inspection

  /// Reads as much as there is of a file that may be damaged. A form that says nothing of it is read whole or not at all.
  ///
  /// - Throws: where what describes the tensors is not there.
  static func remains(_ file: InputFile) throws(CheckpointError) -> Remains
}

extension FileForm {
  static func remains(_ file: InputFile) throws(CheckpointError) -> Remains {
    Remains(document: try read(file))
  }
}
