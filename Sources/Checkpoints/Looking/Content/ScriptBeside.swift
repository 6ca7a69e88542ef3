// SPDX-License-Identifier: Apache-2.0

/// Python files that a loader imports because they lie where they lie: beside settings with `auto_map`, which transformers
/// follows, or as `hubconf.py`, which `torch.hub.load` runs.
struct ScriptBeside {
  private var folders: [String: Text?] = [:]
  private static let longest = 16 << 20

  /// Why a file would be run; nil where it would not.
  mutating func reason(_ path: String) -> String? {
    guard path.hasSuffix(".py") else { return nil }
    let (folder, name) = PathParts.of(path)
    if name == "hubconf.py" { return "`torch.hub.load` runs it" }
    if folders[folder] == nil { folders[folder] = .some(Self.settings(in: folder)) }
    guard let settings = folders[folder] ?? nil else { return nil }
    return "\(settings) beside it has `auto_map`, and transformers runs what that names"
  }

  /// The first settings in a folder that name code.
  private static func settings(in folder: String) -> Text? {
    guard let inside = try? InputFolder(folder) else { return nil }
    return inside.names.first { name in
      guard name.hasSuffix(".json"), let bytes = try? inside.bytes(name, limit: longest) else { return false }
      return bytes.has("\"auto_map\"")
    }
  }
}
