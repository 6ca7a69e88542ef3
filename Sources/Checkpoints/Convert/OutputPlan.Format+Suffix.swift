// SPDX-License-Identifier: Apache-2.0

extension OutputPlan.Format {
  /// The format that the suffix of a path stands for; nil where it stands for none.
  public init?(suffixOf path: String) {
    let name =
      path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.utf8.index(after: $0)...] } ?? path[...]
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    switch name[name.utf8.index(after: dot)...].lowercased() {
    case "pth", "pt", "bin", "ckpt": self = .torch
    case "safetensors": self = .safetensors
    case "npz": self = .npz
    default: return nil
    }
  }
}
