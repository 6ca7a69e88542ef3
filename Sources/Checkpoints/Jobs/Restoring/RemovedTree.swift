// SPDX-License-Identifier: Apache-2.0

/// Dicts within dicts that hold what went by the paths that it had, so that PyTorch's users find it.
struct RemovedTree {
  private struct Place: Hashable {
    var folder: Int
    var name: Text
  }

  private enum Child {
    case folder(Int)
    case leaf(NodeID)
  }

  /// The entries of each dict, in order; the first is the outermost.
  private var folders: [[(name: Text, child: Child)]] = [[]]
  private var children: [Place: Child] = [:]

  var isEmpty: Bool { folders[0].isEmpty }

  /// Puts a node at a path.
  ///
  /// - Returns: whether there was room: paths that differ in Python may be one in text, and one may lead through another.
  mutating func insert(_ node: NodeID, at path: Text) -> Bool {
    let parts = ValuePath(path).components
    guard let last = parts.last, parts.count <= Self.mostParts else { return false }
    var folder = 0
    for part in parts.dropLast() {
      switch children[Place(folder: folder, name: part)] {
      case .folder(let next): folder = next
      case .leaf: return false
      case nil:
        folders.append([])
        add(.folder(folders.count - 1), as: part, to: folder)
        folder = folders.count - 1
      }
    }
    guard children[Place(folder: folder, name: last)] == nil else { return false }
    add(.leaf(node), as: last, to: folder)
    return true
  }

  private mutating func add(_ child: Child, as name: Text, to folder: Int) {
    folders[folder].append((name, child))
    children[Place(folder: folder, name: name)] = child
  }

  /// Python's pickler gives up at some hundred.
  private static let mostParts = 64

  /// Adds the dicts to a document and gives the outermost.
  func root(in document: inout Document) -> NodeID {
    let nodes = folders.map { _ in document.add(.none) }
    for (node, folder) in zip(nodes, folders) {
      let entries = folder.map { name, child in
        let value =
          switch child {
          case .folder(let index): nodes[index]
          case .leaf(let leaf): leaf
          }
        return Mapping.Entry(key: document.add(.string(ValuePath.unescape(name))), value: value)
      }
      document[node] = .mapping(Mapping(kind: .dict, entries: entries))
    }
    return nodes[0]
  }
}
