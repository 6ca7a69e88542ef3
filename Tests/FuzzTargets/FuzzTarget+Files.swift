// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension FuzzTarget {
  static func checkpoint(_ bytes: [UInt8]) throws(CheckpointError) {
    try ScratchFile.with(bytes) { path throws(CheckpointError) in try list(Checkpoint.open(path)) }
  }

  static func doors(_ bytes: [UInt8]) throws(CheckpointError) { try ScratchFile.with(bytes, doors) }

  /// PyTorch 1's CSR tensors are kept as calls of this, which their files do not name.
  private static let rebuild = GlobalName("torch._utils", "_rebuild_sparse_tensor")

  /// Opening, verifying and scanning must take a file for the same thing.
  private static func doors(_ path: String) throws(CheckpointError) {
    let verified = Result { () throws(CheckpointError) in try Verification().report(of: path) }
    let scanned = FileScan.report(of: [path])
    precondition(scanned.files.count == 1)
    let document: Document
    do throws(CheckpointError) {
      document = try Checkpoint.open(path)
    } catch {
      switch verified {
      // Verifying goes on in what is damaged, and may come to another end.
      case .failure(let other):
        precondition(other.description == error.description || [error.code, other.code].contains(.corrupt))
      case .success(let report): precondition(!report.isSound)
      }
      throw error
    }
    guard case .success(let report) = verified else { preconditionFailure("it was opened, not verified") }
    precondition(report.format == document.source?.format.rawValue)
    // Every class and function that stands for an object of the document was named to whoever scans.
    let named = Set(scanned.files[0].globals.map { GlobalName($0.module, $0.name) })
    for node in document.nodes {
      guard case .global(let name) = node, name != rebuild else { continue }
      precondition(named.contains(name) || !scanned.isComplete)
    }
  }

  static func salvage(_ bytes: [UInt8]) throws(CheckpointError) { try ScratchFile.with(bytes, salvage) }

  /// What is salvaged of a damaged file is a sound file.
  private static func salvage(_ path: String) throws(CheckpointError) {
    var salvage = try Salvage(path)
    guard let size = salvage.byteCount, size <= 1 << 22 else { return }
    try ScratchFile.with([], suffix: "-salvaged") { output throws(CheckpointError) in
      try salvage.write(to: output, replacing: true)
      let report = try Verification().report(of: output)
      precondition(report.isSound && report.bytes == size)
    }
  }
}
