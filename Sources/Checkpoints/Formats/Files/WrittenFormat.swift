// SPDX-License-Identifier: Apache-2.0

/// The formats that documents are written in, by the words of the command line.
public struct WrittenFormat: Sendable, CaseIterable {
  /// `torch.save`'s zip. The newest PyTorch loads it by default.
  public static let torch = Self(TorchFormat.self)
  /// One header, then the bytes of dense tensors.
  public static let safetensors = Self(SafetensorsFormat.self)
  /// The stream of pickles and storages that PyTorch before 1.6 wrote.
  public static let torchLegacy = Self(LegacyFormat.self)
  /// numpy's archive of arrays.
  public static let npz = Self(NPZFormat.self)
  /// A `CKPT-*` folder that 3D-Speaker recovers from.
  public static let threeDSpeaker = Self(ThreeDSpeakerFormat.self)
  /// A folder that `torch.distributed.checkpoint` loads.
  public static let dcp = Self(DistributedFormat.self)
  /// A folder with a speaker network that modelscope's pipelines open.
  public static let modelScope = Self(ModelScopeFormat.self)
  /// A folder with a speaker network that FunASR's `AutoModel` opens.
  public static let funASR = Self(FunASRFormat.self)

  /// In the order of the help.
  public static let allCases: [Self] = [
    .torch, .safetensors, .torchLegacy, .npz, .threeDSpeaker, .dcp, .modelScope, .funASR,
  ]

  /// Who plans a document in this format.
  let type: any OutputFormat.Type

  private init(_ type: any OutputFormat.Type) { self.type = type }
}

extension WrittenFormat: RawRepresentable, Hashable {
  /// The word of `--to`.
  public var rawValue: String { type.word }

  /// Nil for a word that no format has.
  public init?(rawValue word: String) {
    guard let format = Self.allCases.first(where: { $0.rawValue == word }) else { return nil }
    self = format
  }
}

extension WrittenFormat {
  /// The format that the suffix of a path stands for; nil where it stands for none.
  public init?(suffixOf path: String) {
    guard let suffix = Self.suffix(of: path),
      let format = Self.allCases.first(where: { $0.type.suffixes.contains(suffix) })
    else { return nil }
    self = format
  }

  /// What follows the last dot of a path's name, ASCII's capitals made small; nil where there is no dot.
  package static func suffix(of path: String) -> Text? {
    let name = Text(PathParts.of(path).name)
    return name.contains(".") ? name.suffix(after: ".").asciiLowercased : nil
  }

  /// The format of an edited document: what the suffix of the output stands for, or else the input's own where it is
  /// one that can be written as a file; otherwise torch.
  public init(editing document: Document, to path: String?) {
    if let path, let format = Self(suffixOf: path) {
      self = format
    } else {
      self = document.source.flatMap { Self(rawValue: $0.format.writtenAs) } ?? .torch
    }
  }
}
