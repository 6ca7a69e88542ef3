// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// A tree drawn with lines, its figures in columns beside it.
struct TreeText {
  private var table = TextTable(.left, .right, .right, .left)
  private let notes: [String]

  init(_ tree: TreeReport) {
    notes = tree.notes ?? []
    add(tree.root, name: tree.file, lead: "", below: "", note: tree.format)
  }

  var text: String { table.text + notes.map { "note: \($0)\n" }.joined() }

  /// As deep as the tree is, which the report bounds.
  private mutating func add(
    _ branch: TreeReport.Item, name: String, lead: String, below: String, note: String? = nil
  ) {
    var cells = [lead + Words.plain(name)]
    cells.append(branch.tensors == 0 || branch.type == "Tensor" ? "" : Words.count(branch.tensors, "tensor"))
    // Where shapes differ the figures of the first would stand for all.
    let isVague = branch.shapesDiffer == true && branch.copies == nil
    cells.append(branch.tensors == 0 || isVague ? "" : Words.bytes(branch.bytes))
    cells.append(([note].compactMap { $0 } + remarks(branch)).joined(separator: ", "))
    table.add(cells)
    let parts = branch.parts ?? []
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1 && branch.notShown == nil
      let copies = part.copies.map { " x\($0)" } ?? ""
      add(
        part, name: "\(part.name)" + copies, lead: below + (isLast ? "`- " : "|- "),
        below: below + (isLast ? "   " : "|  "))
    }
    if let left = branch.notShown, branch.value == nil { table.add(["\(below)`- ... and \(left) more"]) }
  }

  private func remarks(_ branch: TreeReport.Item) -> [String] {
    var remarks: [String] = []
    if let dtype = branch.dtype {
      remarks.append("\(dtype) \(branch.shape.map(Words.shape) ?? "of other shapes")")
      if let layout = branch.layout { remarks.append(layout) }
    } else if let value = branch.value {
      remarks.append(Words.short(Words.python(value), 60))
      if let left = branch.notShown { remarks.append("and \(left) more") }
    } else if let type = branch.type {
      remarks.append(Words.plain(type) + (branch.opaque == true ? " (opaque)" : ""))
    }
    if let network = branch.network { remarks.append(network) }
    if branch.shapesDiffer == true && branch.dtype == nil { remarks.append("shapes or values differ") }
    if branch.isCut == true { remarks.append("...") }
    return remarks
  }
}
