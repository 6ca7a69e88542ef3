// SPDX-License-Identifier: Apache-2.0

/// Classes that PyTorch and its libraries have in C++, as archives name them: `__torch__.torch.classes.NAMESPACE.Name`.
enum ScriptClasses {
  static let prefix: Text = "__torch__.torch.classes."

  static func isNative(_ name: Text) -> Bool { name.hasPrefix(prefix) }

  /// Whether it is a class's name to its end. PyTorch knows a few without a namespace.
  static func isWhole(_ name: Text) -> Bool {
    guard isNative(name) else { return false }
    let parts = name.dropFirst(prefix.count).split(".")
    return parts.count >= 2 || HarmlessOperators.contains(name)
  }
}
