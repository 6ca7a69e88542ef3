// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints

/// Completes the names of tensors from the checkpoint that is already on the command line.
enum TensorNames {
  static let completion = CompletionKind.custom { words, _, prefix in
    // resect COMMAND FILE ...
    let arguments = words.dropFirst(2).filter { !$0.hasPrefix("-") }
    guard let file = arguments.first, let document = try? Checkpoint.open(file),
      let listing = try? document.listing()
    else { return [] }
    return listing.tensors.map(\.path.shown).filter { $0.utf8.starts(with: prefix.utf8) }
  }
}
