// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// A listing for git to compare by lines: nothing is aligned, so that a line changes with its tensor alone.
enum TextConversion {
  /// `path dtype shape digest` a tensor, its digest cut to 16 digits; then `path type value` for the other leaves.
  static func text(_ listing: Listing) -> String {
    var text = ""
    for tensor in listing.tensors {
      let digest = tensor.sha256.map { String($0.prefix(16)) } ?? ""
      let tie = tensor.sharesWith.map { " shares \(Words.plain($0))" } ?? ""
      text += "\(Words.plain(tensor.path)) \(tensor.dtype) \(Words.shape(tensor.shape)) \(digest)\(tie)\n"
    }
    for value in listing.values {
      let shown = value.opaque == true ? "" : " " + Words.python(value.value)
      text += "\(Words.plain(value.path)) \(Words.plain(value.type))\(shown)\n"
    }
    return text
  }
}
