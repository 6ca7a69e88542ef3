// SPDX-License-Identifier: Apache-2.0

extension BackboneFamilies {
  /// The networks of 3D-Speaker. Names that two have in common belong to the first.
  package static let standard = BackboneFamilies([
    ECAPATDNNFamily.self, CAMPPlusFamily.self, Res2NetFamily.self, ResNet34Family.self, XVectorFamily.self,
    ClassifierFamily.self,
  ])
}
