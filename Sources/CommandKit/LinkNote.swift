// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What is said where an output was reached by a link.
public enum LinkNote {
  /// Says on standard error of each path that is a link what was written in its place.
  public static func say(_ paths: [String]) {
    for path in paths {
      guard let target = OutputPlace.target(ofLink: path) else { continue }
      Standard.error(
        "note: \(Words.plain(path)) is a link and stays one; what it leads to was written: \(Words.plain(target))\n"
      )
    }
  }
}
