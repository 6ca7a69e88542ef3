// SPDX-License-Identifier: Apache-2.0

/// A form that training code saves checkpoints in: a detector, and where in it the networks lie.
///
/// What to do with a network (`take` its state dict, go `under` its backbone) is the same for all of them and
/// follows from its `Branch`. A layout is what is known beyond: its name, and why it is this one.
protocol Layout: Sendable {
  /// As reports call it.
  static var name: String { get }
  /// Its page: `docs/layouts/<page>.md`.
  static var page: String { get }
  /// Why the document has this layout, a line each, or nil where it has not.
  static func evidence(_ survey: Survey) -> [String]?
  /// The branches that belong to it.
  static func branches(_ survey: Survey) -> [Branch]
  /// The state dicts, by path, that are networks because of the names at the top, whatever their own keys.
  static func networks(_ top: TopNames) -> [Text: DeclaredNetworks.Rule]
}

extension Layout {
  /// Every network that does not lie bare in the document already.
  static func branches(_ survey: Survey) -> [Branch] { survey.branches.filter { !$0.isBare } }

  static func networks(_ top: TopNames) -> [Text: DeclaredNetworks.Rule] { [:] }
}

/// Layouts to look for, the most special first: the first that has evidence names the document.
struct LayoutList: Sendable {
  let all: [any Layout.Type]

  init(_ all: [any Layout.Type]) { self.all = all }
}
