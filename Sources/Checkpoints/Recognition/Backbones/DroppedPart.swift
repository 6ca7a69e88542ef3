// SPDX-License-Identifier: Apache-2.0

/// Something that goes where a backbone is taken out of a checkpoint.
public struct DroppedPart: Sendable, Hashable, Codable {
  /// A path of the document, or what keys of the network's state dict begin with, which ends with its dot: `optimizer`,
  /// `module.head.`.
  public var path: Text
  /// How many go under that name.
  public var tensors: Int
}
