// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What lies in a folder, as units that are whole or not there: a file, an output folder, a checkpoint of an experiment.
struct FolderState: Equatable {
  /// The bytes of each file of a unit, by its path; a folder has none.
  private(set) var units: [String: [String: Data]] = [:]
  /// Names that an output has before it is whole.
  private(set) var temporaries: Set<String> = []

  /// - Parameter experiment: a folder of a training run, of which `models` alone is looked at: what else is in it tells the
  ///   time, and grows.
  init(_ folder: String, experiment: String) throws {
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      if path.contains(".resect-") {
        temporaries.insert(path)
      } else if let unit = Self.unit(of: path, experiment) {
        units[unit, default: [:]][path] = Self.bytes(of: path, in: folder)
      }
    }
  }

  private static func unit(of path: String, _ experiment: String) -> String? {
    let parts = path.split(separator: "/")
    guard parts[0] == experiment else { return String(parts[0]) }
    return parts.count > 2 && parts[1] == "models" ? parts[..<3].joined(separator: "/") : nil
  }

  private static func bytes(of path: String, in folder: String) -> Data {
    guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(path)") else { return Data() }
    guard path.hasSuffix("/CKPT.yaml") else { return bytes }
    // When it was written.
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    return Data(lines.filter { !$0.hasPrefix("unixtime") }.joined(separator: "\n").utf8)
  }

  var names: Set<String> { Set(units.keys) }
}
