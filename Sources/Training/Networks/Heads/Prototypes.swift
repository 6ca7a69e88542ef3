// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// SDPN's trained prototypes: one tensor, called `prototypes`.
package final class Prototypes<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package let registry = Registry<Real>()
  /// count x width.
  package let parameter: Parameter<Real>
  package let width: Int

  /// Upstream draws them uniform in +- 1 / sqrt(width).
  ///
  /// - Throws: what the source throws.
  package init(count: Int = 1024, width: Int = 256, source: any ParameterSource) throws(CheckpointError) {
    self.width = width
    parameter = try Scope(registry, source: source).parameter(
      "prototypes", [count, width], .kaiming(fanIn: width))
  }
}
