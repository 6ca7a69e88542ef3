// SPDX-License-Identifier: Apache-2.0

/// The name that GLOBAL or STACK_GLOBAL carries: a module and a name in it. It is never resolved to a thing.
public struct GlobalName: Hashable, Sendable, CustomStringConvertible {
  public var module: Text
  public var name: Text

  public init(_ module: Text, _ name: Text) {
    self.module = module
    self.name = name
  }

  /// `module.name`, exactly.
  package var text: Text { "\(module).\(name)" }

  public var description: String { text.shown }
}

extension GlobalName: Comparable {
  public static func < (left: Self, right: Self) -> Bool {
    (left.module, left.name) < (right.module, right.name)
  }
}
