// SPDX-License-Identifier: Apache-2.0

/// What a document is to somebody who wants a backbone of it.
package enum Recognition {
  /// The document is the backbone, and nothing else.
  case bare(Branch)
  /// A layout says where the backbone lies.
  case layout(FoundLayout)
  /// A layout fits, and which of its networks is meant cannot be told.
  case undecided(Undecided)
  /// No layout fits.
  case unknown(UnknownForm)

  /// - Parameter wanted: the network by name; nil takes the teacher, the moving average, or the only one there is.
  /// - Throws: `limit` where state dicts lie deeper than paths go.
  package init(_ document: Document, wanting wanted: Text? = nil) throws(CheckpointError) {
    try self.init(document, wanting: wanted, layouts: .standard)
  }

  init(_ document: Document, wanting wanted: Text?, layouts: LayoutList) throws(CheckpointError) {
    self.init(try Survey(document, layouts: layouts), wanting: wanted)
  }

  private init(_ survey: Survey, wanting wanted: Text?) {
    if survey.document.source?.format.holdsGraph == true {
      self = .unknown(UnknownForm(survey, .graph))
      return
    }
    // In some layouts the weights themselves may lie in other files: then there is nothing to take.
    if let path = Placeholders.path(in: survey) {
      self = .unknown(UnknownForm(survey, .placeholders(path: path)))
      return
    }
    do throws(Undecided) {
      if let found = try FoundLayout(survey, wanting: wanted) {
        self = .layout(found)
      } else if let bare = survey.branches.first(where: { $0.path.isEmpty }) {
        if let wanted { throw .absent(wanted, among: []) }
        self = .bare(bare)
      } else if let site = FlatParameters.site(in: survey) {
        self = .unknown(UnknownForm(survey, .flatParameters(site)))
      } else {
        self = .unknown(UnknownForm(survey, .other))
      }
    } catch { self = .undecided(error) }
  }
}

/// A document that no layout fits.
package struct UnknownForm {
  enum Reason {
    /// The tensors of a state dict have no elements.
    case placeholders(path: Text)
    /// Parameters are joined, so that no key names a weight.
    case flatParameters(Document.StateDictSite)
    /// The tensors are constants of a graph, not parameters of a network.
    case graph
    /// Nothing in it is known.
    case other
  }

  let survey: Survey
  let reason: Reason

  init(_ survey: Survey, _ reason: Reason) {
    self.survey = survey
    self.reason = reason
  }
}
