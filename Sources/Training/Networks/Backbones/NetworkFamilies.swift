// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The networks that can be made.
package struct NetworkFamilies: Sendable {
  /// In the order in which people are shown them.
  package let all: [NetworkFamily]

  package init(_ all: [NetworkFamily]) { self.all = all }

  package static let standard = NetworkFamilies([
    .camPlusPlus, .ecapaTDNN, .eres2Net, .resNet34, .res2Net, .xvector,
  ])

  package static func + (list: Self, more: [NetworkFamily]) -> Self { Self(list.all + more) }

  /// The one that is recognised as that; nil for what is no network.
  func family(_ family: Backbone.Family) -> NetworkFamily? { all.first { $0.families.contains(family) } }
}
