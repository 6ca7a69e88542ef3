// SPDX-License-Identifier: Apache-2.0

/// One beginning of keys for another: `module.` for nothing, `encoder.` for `backbone.`. Each is empty or ends with
/// its dot, so that `module.` never stands for a part of `module_list.`.
struct PrefixChange: Hashable, Sendable {
  /// In the file.
  var from: Text
  /// In the network.
  var to: Text
}

/// A tensor of the network and the one of the file that goes there, as positions.
struct KeyPair: Hashable, Sendable {
  var wanted: Int
  var found: Int
}
