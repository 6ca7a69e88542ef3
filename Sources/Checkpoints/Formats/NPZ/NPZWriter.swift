// SPDX-License-Identifier: Apache-2.0

/// Writes a `.npz` archive that `numpy.load` reads: one `.npy` member an array, in the order given.
///
/// The same arrays give the same bytes: members carry the date 1980-01-01 and no attributes of this machine. The
/// arrays are held in memory, which suits embeddings and features.
package enum NPZWriter {
  /// Writes `arrays` to `path`, whole or not at all.
  ///
  /// - Parameters:
  ///   - compressed: deflate the members (`numpy.savez_compressed`); otherwise they are stored.
  ///   - replacing: replace a file that is there.
  /// - Throws: `collision` where two arrays share a name, `emptyResult` without arrays, `wouldOverwrite` where the file
  ///   is there and not to be replaced, `unwritable` where the disk or the folder refuses.
  package static func write(
    _ arrays: [(name: Text, array: NPYArray)], to path: String, compressed: Bool = false,
    replacing: Bool = false
  ) throws(CheckpointError) {
    do {
      let members = try members(arrays)
      let output = try OutputFile(path, replacing: replacing, inputs: [])
      _ = try LibZipWriter.write(members, deflated: compressed, to: output, at: 0) { _ in }
      try output.commit()
    } catch {
      throw error.at(file: path)
    }
  }

  private static func members(
    _ arrays: [(name: Text, array: NPYArray)]
  ) throws(CheckpointError) -> [PlannedArchive.Member] {
    var seen: Set<Text> = []
    for (name, _) in arrays where !seen.insert(name).inserted {
      throw CheckpointError(.collision, "two arrays share this name", at: .init(key: name))
    }
    guard !arrays.isEmpty else { throw CheckpointError(.emptyResult, "there is no array to write") }
    return arrays.map { .init(name: $0.name + ".npy", bytes: PlannedBytes($0.array.npy())) }
  }
}
