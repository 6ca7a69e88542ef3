// SPDX-License-Identifier: Apache-2.0

extension Shell {
  /// Runs a command in `folder` again and again, each time killed (SIGKILL) a fifth later than before, until it ends by
  /// itself; returns how often it was killed.
  ///
  /// The first kills come before any program has done much, whatever the machine; the last ones leave half a minute.
  static func kill(_ command: String, in folder: String) throws -> Int {
    let script = """
      kills=0
      while [ $kills -lt 50 ]; do
        timeout -s KILL $(awk "BEGIN { print 0.02 * 1.2 ^ $kills }") \(command) >>out 2>>err && break
        kills=$((kills + 1))
      done
      echo $kills
      """
    return Int(try run(script, in: folder).output.last ?? "") ?? 0
  }
}
