// SPDX-License-Identifier: Apache-2.0

/// The name that GLOBAL or STACK_GLOBAL carries: a module and a name in it. It is never resolved to a thing.
public struct GlobalName: Hashable, Sendable, CustomStringConvertible {
  /// The module as the pickle has it, `torch._utils`: dotted, not checked.
  public var module: Text
  /// The name in it, `_rebuild_tensor_v2`; dotted where a pickle of protocol 4 names something nested.
  public var name: Text

  /// Names are taken as they stand; nothing is looked up.
  public init(_ module: Text, _ name: Text) {
    self.module = module
    self.name = name
  }

  /// `module.name`, exactly.
  package var text: Text { "\(module).\(name)" }

  /// `module.name`.
  public var description: String { text.shown }
}

extension GlobalName: Comparable {
  /// By module, then by name, each by its bytes.
  public static func < (left: Self, right: Self) -> Bool {
    (left.module, left.name) < (right.module, right.name)
  }
}
