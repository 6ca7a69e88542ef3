// SPDX-License-Identifier: Apache-2.0

extension YAMLValue {
  /// Reads a document of YAML 1.1.
  ///
  /// - Throws: what `YAMLReader` throws, with the line.
  package init(_ text: TextFile) throws(CheckpointError) { self = try YAMLReader.value(of: text.bytes) }
}
