// SPDX-License-Identifier: Apache-2.0

extension OutputKind {
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

  /// The format of an edited document: what the suffix of the output stands for, or else the input's own where it is
  /// one that can be written as a file; otherwise torch.
  public init(editing document: Document, to path: String?) {
    if let path, let format = Self(suffixOf: path) {
      self = format
    } else {
      switch document.source?.format {
      case .safetensors, .shardedSafetensors: self = .safetensors
      default: self = .torch
      }
    }
  }
}
