// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser

/// `--trust-sizes`, on every command that opens checkpoints. `Program` acts on it.
public struct TrustOptions: ParsableArguments {
  /// Whoever runs the command answers for the file: `StructureLimits.trusting`.
  @Flag(name: .long, help: "Read checkpoints however much they unpack to.")
  public var trustSizes = false

  /// For the argument parser.
  public init() {}
}
