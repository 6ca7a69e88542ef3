// SPDX-License-Identifier: Apache-2.0

extension Backbone {
  /// Why 3D-Speaker's class cannot be built in these sizes; nil where it can.
  ///
  /// What each class takes as an argument and what stands fixed in its code is read off `speakerlab/models/` of
  /// modelscope/3D-Speaker at 09e7806.
  public var upstreamNote: String? {
    let misfit = BackboneFamilies.standard.type(of: family)?.misfit(self)
    return misfit.map { "\($0): upstream's class cannot be built so; it loads here only" }
  }
}
