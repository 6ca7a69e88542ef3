// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What stands on a backbone while it trains without labels, made of the tensors under one scope.
package protocol ProjectionHead<Real>: AnyObject {
  associatedtype Real: BinaryFloatingPoint & BitwiseCopyable & Sendable
  associatedtype Configuration: Sendable

  /// - Throws: what the scope's source throws.
  init(_ configuration: Configuration, _ scope: Scope<Real>) throws(CheckpointError)

  /// The length of the embeddings that it takes.
  var inputs: Int { get }
}
