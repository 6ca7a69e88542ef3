// SPDX-License-Identifier: Apache-2.0

extension OutputKind {
  /// Who plans a document in this format. This is the list of the formats that are written.
  var type: any OutputFormat.Type {
    switch self {
    case .torch: TorchFormat.self
    case .safetensors: SafetensorsFormat.self
    case .torchLegacy: LegacyFormat.self
    case .npz: NPZFormat.self
    case .threeDSpeaker: ThreeDSpeakerFormat.self
    case .dcp: DistributedFormat.self
    }
  }
}
