// SPDX-License-Identifier: Apache-2.0

/// The names at the top of a document, by which training code is told from training code.
struct TopNames {
  /// In order; empty where the document is a state dict itself.
  let entries: [Document.Child]
  /// A moving average beside the weights it was taken of.
  let average: MovingAverage?

  init(_ document: Document) {
    let entries: [Document.Child]
    if case .stateDict = document[document.root] {
      entries = []
    } else {
      entries = document.children(of: document.root)
    }
    self.entries = entries
    average = MovingAverage(
      has: { name in entries.contains { $0.component == name } },
      isStateDict: { name in
        entries.contains {
          if $0.component == name, case .stateDict = document[$0.node] { true } else { false }
        }
      })
  }

  func has(_ name: Text) -> Bool { entries.contains { $0.component == name } }
}
