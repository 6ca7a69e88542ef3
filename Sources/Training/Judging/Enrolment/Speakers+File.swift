// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension Speakers {
  /// How far a stored mean may be from the one that its references have: what float32 leaves of other orders of summing.
  private static let tolerance: Float = 1e-5

  /// Writes a `.npz` file: `meta`, then for each speaker `mean/NAME` and `refs/NAME`. The same speakers give the same bytes.
  ///
  /// - Throws: `emptyResult` where nobody is enrolled; `wouldOverwrite` where the file exists and may not be replaced; `unwritable`.
  package func write(to path: String, replacing: Bool) throws(CheckpointError) {
    guard !names.isEmpty else {
      throw CheckpointError(.emptyResult, "nobody is enrolled", at: .init(file: path))
    }
    var arrays = [(name: SpeakersEntry.meta.name, array: try SpeakersMeta(origin, rule).array())]
    for name in names {
      let references = references(of: name)
      arrays.append((SpeakersEntry.mean(name).name, NPYArray(floats: mean(of: name) ?? [], shape: [size])))
      arrays.append(
        (
          SpeakersEntry.references(name).name,
          NPYArray(floats: Array(references.joined()), shape: [references.count, size])
        ))
    }
    try NPZWriter.write(arrays, to: path, replacing: replacing)
  }

  /// Reads what `write` wrote.
  ///
  /// - Throws: what reading the archive throws; `corrupt`, with the array, for one that does not belong there or has another shape, and
  ///   for a mean that is not its references'; `unsupported` for a later schema; what `add` throws.
  package init(_ path: String) throws(CheckpointError) {
    do throws(CheckpointError) {
      let reader = try NPZReader(path)
      let entries = Set(reader.names.compactMap(SpeakersEntry.init))
      guard entries.contains(.meta), entries.count == reader.names.count else {
        let other = reader.names.first { SpeakersEntry($0) == nil }
        throw CheckpointError(
          .corrupt,
          "it is no file of speakers: "
            + (other.map { "`\($0)` is no array of one" } ?? "there is no `meta`"),
          hint: "a file that `resect-train enroll` wrote")
      }
      let meta: SpeakersMeta
      do throws(CheckpointError) {
        meta = try SpeakersMeta(try reader.array(SpeakersEntry.meta.name))
      } catch { throw error.at(key: SpeakersEntry.meta.name) }
      self.init(meta.origin, meta.rule)
      for name in reader.names {
        guard case .references(let speaker) = SpeakersEntry(name) else { continue }
        do throws(CheckpointError) {
          try read(speaker, from: reader, hasMean: entries.contains(.mean(speaker)))
        } catch { throw error.at(key: name) }
      }
      for name in reader.names {
        guard case .mean(let speaker) = SpeakersEntry(name), mean(of: speaker) == nil else { continue }
        throw Self.wrong("there is no `\(SpeakersEntry.references(speaker).name)`").at(key: name)
      }
      guard !names.isEmpty else {
        throw CheckpointError(.emptyResult, "nobody is enrolled in it")
      }
    } catch { throw error.at(file: path) }
  }

  private mutating func read(_ speaker: Text, from reader: NPZReader, hasMean: Bool) throws(CheckpointError) {
    let entry = SpeakersEntry.mean(speaker).name
    guard hasMean else { throw Self.wrong("there is no `\(entry)`") }
    let array = try reader.array(SpeakersEntry.references(speaker).name)
    guard array.shape.count == 2, array.shape[0] > 0, array.shape[1] > 0 else {
      throw Self.wrong("its shape is \(array.shape); references x values are needed")
    }
    let (values, width) = (try array.floats(), array.shape[1])
    for start in stride(from: 0, to: values.count, by: width) {
      try add(Array(values[start..<start + width]), to: speaker)
    }
    let stored = try reader.array(entry)
    let known = mean(of: speaker) ?? []
    guard stored.shape == [width],
      zip(try stored.floats(), known).allSatisfy({ ($0 - $1).magnitude <= Self.tolerance })
    else { throw Self.wrong("`\(entry)` is not the mean of these references") }
  }

  private static func wrong(_ what: String) -> CheckpointError {
    CheckpointError(.corrupt, what, hint: "enroll the speaker anew")
  }
}
