// SPDX-License-Identifier: Apache-2.0

extension LayoutList {
  /// The layouts that are known.
  static let standard = LayoutList([
    RDINOLayout.self, SDPNLayout.self, WeSpeakerDINOLayout.self, DINOv2Layout.self, FacebookDINOLayout.self,
    LightningLayout.self, OpenMMLabLayout.self, TimmLayout.self, MovingAverageLayout.self,
    DINOFormLayout.self,
    WrappedLayout.self, KnownBackboneLayout.self,
  ])
}
