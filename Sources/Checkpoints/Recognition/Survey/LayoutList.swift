// SPDX-License-Identifier: Apache-2.0

/// Layouts to look for, the most special first: the first that has evidence names the document.
struct LayoutList: Sendable {
  let all: [any Layout.Type]

  init(_ all: [any Layout.Type]) { self.all = all }
}
