// SPDX-License-Identifier: Apache-2.0

/// What a global that a pickle names would mean to a program that runs the pickle. Nothing here runs it.
///
/// Harmless is what stands in a list of exact names (`KnownGlobals`, `HarmlessGlobals`), dangerous what is known to be;
/// whatever is in no list is a finding.
public enum GlobalVerdict: String, Codable, Sendable, CaseIterable {
  /// PyTorch's `weights_only` unpickler resolves it by default.
  case byDefault = "default"
  /// A class whose objects are data, whatever it is called with and they are BUILT with: PyTorch asks before it loads one.
  case data
  /// A function that makes data anew from its arguments.
  case rebuild
  /// Nothing is known of it: a project's own class, or something else.
  case opaque
  /// It runs commands or code, or reaches files, the network or other objects.
  case dangerous

  /// - Parameter inScript: whether the name stands in a TorchScript archive. Its classes are those of the archive's own
  ///   `code/`, which is examined by itself; Python has no module `__torch__`.
  package init(_ global: GlobalName, inScript: Bool = false) {
    if inScript, global.module == "__torch__" || global.module.hasPrefix("__torch__.") {
      self = .data
    } else if KnownGlobals.contains(global) {
      self = .byDefault
    } else if let reason = HarmlessGlobals.reason(for: global) {
      self = reason.verdict
    } else {
      self = DangerousGlobals.contains(global) ? .dangerous : .opaque
    }
  }

  /// - Parameter inScript: as above.
  package init(_ named: PickleExamination.Named, inScript: Bool = false) {
    // What it loads is examined, and a finding of its own where it is one.
    if named.onlyLoadsNested { self = .rebuild } else { self.init(named.name, inScript: inScript) }
  }

  /// Whether `scan` counts it: exit code 1.
  public var isFinding: Bool { self == .opaque || self == .dangerous }
}
