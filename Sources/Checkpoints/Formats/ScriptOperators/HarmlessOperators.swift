// SPDX-License-Identifier: Apache-2.0

/// What TorchScript may name without any effect beyond the values that it is given, on the terminal and on the process's
/// own state of random numbers and devices: no file, no process, no network, no memory outside of tensors.
///
/// `scripts/script_operators.py` makes the lists from PyTorch's own schemas, and says of each that it leaves out why.
enum HarmlessOperators {
  /// - Parameter name: `aten::add`, or the name of a class that PyTorch has in C++.
  static func contains(_ name: Text) -> Bool { names.contains(name) }

  private static let names: Set<Text> = {
    var names: Set<Text> = []
    for (namespace, list) in aten + prim + quantized {
      for name in list.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
        names.insert(Text(namespace + name))
      }
    }
    return names
  }()
}
