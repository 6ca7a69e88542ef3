// SPDX-License-Identifier: Apache-2.0

/// What kinds of finding there are: words of the report, and SARIF's rules.
public enum ScanFinding: String, Codable, Sendable, CaseIterable {
  /// A pickle names something that is in no list of harmless things.
  case global
  /// A pickle does what no checkpoint needs: it calls what a call gave, changes a class, takes a name out of a call.
  case call
  /// Readers of pickles do not agree on what is in this one.
  case readersDiffer = "readers-differ"
  /// The file has several forms, and loaders do not agree on which it is.
  case twoForms = "two-forms"
  /// Readers of an archive do not agree on what is in it.
  case archive
  /// Something is in the file that its own directory or header does not speak of.
  case hidden
  /// An operator of TorchScript that is in no list of those without effects.
  case `operator`
  /// An operator of a graph that is none of ONNX's own, so that whoever loads it must bring a library.
  case library
  /// A path that leads a loader out of the folder.
  case outside
  /// Code that a loader may run: a library, a script beside a configuration that names it.
  case code
  /// A text that makes objects when a loader reads it: tags of YAML, layers of Keras.
  case text
  /// Archives within archives, deeper than is looked.
  case depth
  /// Packed in a form that scanners cannot look into and no checkpoint has.
  case packed

  /// A sentence for who meets the word.
  public var summary: String {
    switch self {
    case .global: "A pickle names something that is not known to be harmless"
    case .call: "A pickle does what no checkpoint needs"
    case .readersDiffer: "Readers of pickles do not agree on what is in this one"
    case .twoForms: "The file has several forms, and loaders do not agree on which it is"
    case .archive: "Readers of an archive do not agree on what is in it"
    case .hidden: "Something is in the file that its directory or header does not speak of"
    case .operator: "TorchScript calls an operator that is not known to be without effects"
    case .library: "An operator of a graph that needs a library which the loader brings"
    case .outside: "A path that leads a loader out of the folder"
    case .code: "Code that a loader may run"
    case .text: "A text that makes objects when a loader reads it"
    case .depth: "Archives within archives, deeper than is looked"
    case .packed: "Packed in a form that hides what is in it"
    }
  }
}
