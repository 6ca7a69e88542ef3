// SPDX-License-Identifier: Apache-2.0

/// What has been written, read back: the digests of files and of tensors, and the statement about them.
struct OutputAccount {
  private let place: StatementPlace
  private let onBytes: (Int) -> Void
  private var files = HashedFiles()
  private var subject: [DigestedFile] = []
  private var outputs: [Provenance.Output] = []

  init(_ place: StatementPlace, onBytes: @escaping (Int) -> Void = { _ in }) {
    self.place = place
    self.onBytes = onBytes
  }

  /// A checkpoint.
  ///
  /// - Parameter members: the files of a folder; nil where it is a file.
  mutating func add(
    _ path: String, called name: Text, members: [Text]?
  ) throws(CheckpointError) {
    let path = StatementPlace.plain(path)
    for member in members?.sorted() ?? [""] {
      let file = members == nil ? path : FolderMember.path(of: member, in: path)
      subject.append(
        .init(
          name: members == nil ? name : name + "/" + member,
          sha256: try files.sha256(of: file, onBytes: onBytes)))
    }
    let listing = try Checkpoint.open(path).listing(hashing: true, onBytes: onBytes)
    outputs.append(.init(name: name, form: Text(listing.format), tensors: listing.tensors.map { .init($0) }))
  }

  /// Writes the statement, whole or not at all.
  func write(_ provenance: Provenance, replacing: Bool) throws(CheckpointError) {
    var provenance = provenance
    provenance.outputs = outputs
    let bytes: [UInt8]
    do throws(CheckpointError) {
      bytes = try Statement(about: subject, provenance).bytes()
    } catch { throw error.at(file: place.path) }
    try files.checkUnchanged()
    let file = try OutputFile(place.path, replacing: replacing, inputs: [])
    try file.write(bytes, at: 0)
    try file.commit()
  }
}

extension Provenance.Tensor {
  init(_ tensor: Listing.Tensor) {
    self.init(
      path: tensor.path, dtype: Text(tensor.dtype), shape: tensor.shape, sha256: tensor.sha256 ?? "")
  }
}
