// SPDX-License-Identifier: Apache-2.0

/// The name that GLOBAL or STACK_GLOBAL carries: a module and a name in it. It is never resolved to a thing.
public struct GlobalName: Hashable, Sendable, CustomStringConvertible {
  public var module: String
  public var name: String

  public init(_ module: String, _ name: String) {
    self.module = module
    self.name = name
  }

  public var description: String { "\(module).\(name)" }
}

extension GlobalName: Comparable {
  public static func < (left: Self, right: Self) -> Bool {
    (left.module, left.name) < (right.module, right.name)
  }
}
