// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// No values at all: for a network that is asked for its keys and shapes only, and takes no memory then. Nothing
/// can go forward through it.
package struct OutlineParameters: ParameterSource {
  package init() {}

  package func values(
    for key: String, shape: [Int], initial: Initialiser
  ) throws(CheckpointError) -> [Float] { [] }

  package func counter(for key: String) throws(CheckpointError) -> Int64 { 0 }
}
