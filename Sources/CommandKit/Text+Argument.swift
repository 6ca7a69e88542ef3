// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import Checkpoints

/// So that keys, paths, prefixes and branches of the command line are compared as those of files are.
extension Text: ExpressibleByArgument {
  /// Never nil: the parser hands on what is UTF-8.
  public init?(argument: String) { self.init(argument) }
}
