// SPDX-License-Identifier: Apache-2.0

/// The version of both programs and of the libraries under them: one release has one.
public enum ProgramVersion {
  /// As `--version` prints it and statements of provenance name it.
  public static let current = "0.1.0"
}
