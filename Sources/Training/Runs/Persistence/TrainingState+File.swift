// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import FoundationEssentials

extension TrainingState {
  /// The file's bytes: JSON with sorted keys and a newline at its end.
  package func json() throws(CheckpointError) -> [UInt8] { Array(try JSONText.of(self).utf8) }

  /// Reads what `json()` wrote.
  ///
  /// - Throws: `corrupt` where it is no such file or its numbers make no place in a run; `unsupported` for another
  ///   schema.
  package init(json: [UInt8], name: String? = nil) throws(CheckpointError) {
    struct Version: Decodable { var schema: Int }
    let bytes = try TextFile(json, name: name).bytes
    do {
      let data = Data(bytes)
      let version = try JSONDecoder().decode(Version.self, from: data)
      guard version.schema == Self.schema else {
        throw CheckpointError(
          .unsupported, "the training state is of schema \(version.schema); \(Self.schema) is read")
      }
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch let error as CheckpointError {
      throw error
    } catch {
      throw CheckpointError(.corrupt, "this is no training state: \(Self.words(for: error, bytes))")
    }
    // A step count that no run reaches keeps `iteration` far from overflow.
    let counts = 0...Int(Int32.max)
    guard counts.contains(epoch), counts.contains(stepsPerEpoch), (0..<max(1, stepsPerEpoch)).contains(step)
    else {
      throw CheckpointError(
        .corrupt, "step \(step) of \(stepsPerEpoch) after \(epoch) epochs is no place in a run")
    }
  }

  /// What a decoder has against a file, in our words.
  private static func words(for error: any Error, _ bytes: [UInt8]) -> String {
    func name(_ path: [any CodingKey]) -> String { "`\(path.map(\.stringValue).joined(separator: "/"))`" }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return "\(name(context.codingPath + [key])) is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      return context.codingPath.isEmpty
        ? "it is no JSON object" : "\(name(context.codingPath)) is not of the kind that belongs there"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      return "\(name(context.codingPath)) is no number that can be"
    default:
      guard let last = bytes.last(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else {
        return "the file is empty"
      }
      return last == UInt8(ascii: "}") ? "it is broken JSON" : "the file is cut short"
    }
  }

  /// Reads the state in a checkpoint's folder; nil where the folder has none.
  package static func read(from folder: String) throws(CheckpointError) -> TrainingState? {
    let path = FilePath.join(folder, fileName)
    guard try FileSystem.kind(of: fileName, in: folder) != .absent else { return nil }
    do {
      return try TrainingState(
        json: FileSystem.bytes(of: fileName, in: folder, limit: 1 << 20), name: path)
    } catch {
      throw error.at(file: path)
    }
  }

  /// Writes the state into a checkpoint's folder that has none yet.
  package func write(to folder: String) throws(CheckpointError) {
    let output = try OutputFile(FilePath.join(folder, Self.fileName), replacing: false, inputs: [])
    try output.write(try json(), at: 0)
    try output.commit()
  }
}
