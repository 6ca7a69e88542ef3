// SPDX-License-Identifier: Apache-2.0

extension Shell {
  /// The lines of an experiment's `metrics.jsonl` without times.
  static func figures(_ experiment: String, in folder: String) throws -> [String] {
    let strip = #"sed -E 's/"(time|seconds)":[^,}]*,?//g' \#(experiment)/metrics.jsonl"#
    return try run(strip, in: folder).output
  }
}
