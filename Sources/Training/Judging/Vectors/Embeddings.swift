// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Embeddings by name, as `embed` writes them to a `.npz` file: one float32 vector a recording.
package struct Embeddings: Sendable, Equatable {
  /// In the order in which they were added.
  package private(set) var names: [Text] = []
  private var vectors: [Text: [Float]] = [:]
  /// The word of the front end that made the features; nil where that is not known.
  package var frontEnd: Text?

  package init() {}

  package subscript(name: Text) -> [Float]? { vectors[name] }

  package var count: Int { names.count }

  /// - Throws: `collision` where the name is taken, or cannot be a recording's; `misfit` where the vector is empty, of another size than the others,
  ///   or holds what is not a finite number.
  package mutating func add(_ vector: [Float], named name: Text) throws(CheckpointError) {
    try Self.check(name)
    guard vectors[name] == nil else {
      throw CheckpointError(.collision, "two recordings share this name", at: .init(key: name))
    }
    guard !vector.isEmpty, vector.allSatisfy(\.isFinite) else {
      throw CheckpointError(
        .misfit, vector.isEmpty ? "the embedding is empty" : "the embedding holds NaN or infinity",
        at: .init(key: name))
    }
    if let first = names.first, let size = vectors[first]?.count, size != vector.count {
      throw CheckpointError(
        .misfit, "the embedding has \(vector.count) values; '\(first)' has \(size)",
        at: .init(key: name))
    }
    names.append(name)
    vectors[name] = vector
  }

  /// - Throws: `collision` for the name under which a file of embeddings has their front end.
  package static func check(_ name: Text) throws(CheckpointError) {
    guard name != FrontEndMark.entry else {
      throw CheckpointError(
        .collision, "a file of embeddings has their front end under this name", at: .init(key: name),
        hint: "another name for the recording")
    }
  }

  /// Writes a `.npz` file, one array of shape (D,) a recording, and at its end the front end where it is known.
  package func write(to path: String, replacing: Bool) throws(CheckpointError) {
    var arrays = names.map { name in
      let vector = vectors[name] ?? []
      return (name: name, array: NPYArray(floats: vector, shape: [vector.count]))
    }
    if let frontEnd { arrays.append((FrontEndMark.entry, FrontEndMark.array(frontEnd))) }
    try NPZWriter.write(arrays, to: path, replacing: replacing)
  }

  /// Reads a `.npz` file; an array of any shape counts as one vector, as upstream flattens its (1, D) rows.
  package init(npz path: String) throws(CheckpointError) {
    let reader = try NPZReader(path)
    do throws(CheckpointError) {
      for name in reader.names {
        do throws(CheckpointError) {
          if name == FrontEndMark.entry {
            frontEnd = try FrontEndMark.word(reader.array(name))
          } else {
            try add(reader.array(name).floats(), named: name)
          }
        } catch {
          throw error.at(key: name)
        }
      }
    } catch {
      throw error.at(file: path)
    }
    guard count > 0 else {
      throw CheckpointError(.emptyResult, "the file holds no embedding", at: .init(file: path))
    }
  }

  /// The name that a word of a trial list stands for: itself, or the stem of the path it is.
  package func name(for word: Text) -> Text? {
    if vectors[word] != nil { return word }
    let stem = Text(FilePath.stem(of: word.shown))
    return vectors[stem] == nil ? nil : stem
  }
}
