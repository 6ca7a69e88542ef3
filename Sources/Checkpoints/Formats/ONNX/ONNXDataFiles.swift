// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Which files are said to be numbers by a model beside them: the files themselves say nothing of what they are.
final class ONNXDataFiles {
  /// How many tensors lie in each file of a folder, by the names of the files.
  private var folders: [String: [Text: Int]] = [:]

  /// How many tensors of a model in the same folder lie in a file; nil where none names it.
  func tensors(in path: String) -> Int? {
    let (folder, name) = PathParts.of(path)
    if let known = folders[folder] { return known[Text(name)] }
    var counts: [Text: Int] = [:]
    for name in (try? InputFolder(folder))?.names ?? [] {
      guard let file = try? FolderMember.open(name, in: folder), let model = Self.model(file) else {
        continue
      }
      for tensor in model.tensors.all.values {
        guard case .external(let data) = tensor.content, let parts = data.components, parts.count == 1 else {
          continue
        }
        counts[parts[0], default: 0] += 1
      }
    }
    folders[folder] = counts
    return counts[Text(name)]
  }

  /// The files that a model names and that are there, in its order.
  static func files(of path: String) -> [String] {
    guard let file = try? InputFile(path: path), let model = Self.model(file) else { return [] }
    var opened = ONNXFile(model)
    _ = try? opened.document()
    return opened.folder.files.values.map(\.path)
  }

  private static func model(_ file: InputFile) -> ONNXModel? {
    guard (try? ONNXStart.begins(file)) == true else { return nil }
    return try? ONNXModel(file)
  }
}
