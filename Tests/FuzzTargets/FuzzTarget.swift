// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import Glibc

/// What the fuzzers run, and the tests replay: any bytes whatever are read or refused, within bounds.
package enum FuzzTarget: String, CaseIterable, Sendable {
  case pickle, zip, legacy, checkpoint, doors, onnx

  /// Bounds small enough that the sanitizer's memory limit would show a leak in them.
  private static var limits: PickleLimits {
    var limits = PickleLimits.standard
    limits.opcodes = 1 << 20
    limits.memory = 64 << 20
    return limits
  }

  /// - Returns: what was refused, nil when the bytes could be read.
  @discardableResult
  package func run(_ bytes: [UInt8]) -> CheckpointError? {
    do throws(CheckpointError) {
      switch self {
      case .pickle:
        let graph = try PickleMachine.run(bytes, limits: Self.limits)
        Self.check(graph)
      case .zip: try ScratchFile.with(bytes, Self.zip)
      case .legacy: try ScratchFile.with(bytes, Self.legacy)
      case .checkpoint: try ScratchFile.with(bytes, Self.checkpoint)
      case .doors: try ScratchFile.with(bytes, Self.doors)
      case .onnx: try ScratchFile.with(bytes, Self.onnx)
      }
    } catch { return error }
    return nil
  }

  /// Every index that a graph holds must lie in it.
  private static func check(_ graph: PickleGraph) {
    func touch(_ id: PickleGraph.ID) { precondition(graph.nodes.indices.contains(Int(id.index))) }
    touch(graph.root)
    for node in graph.nodes {
      switch node {
      case .list(let items), .tuple(let items), .set(let items), .frozenset(let items): items.forEach(touch)
      case .dict(let pairs):
        pairs.forEach {
          touch($0.key); touch($0.value)
        }
      case .persistent(let id): touch(id)
      case .object(let object):
        touch(object.callee)
        touch(object.arguments)
        object.keywords.map(touch)
        (object.items + object.members + object.states).forEach(touch)
        object.pairs.forEach {
          touch($0.key); touch($0.value)
        }
      default: break
      }
    }
  }

  private static func checkpoint(_ path: String) throws(CheckpointError) {
    // Listing names the parts of sparse, quantized and other tensors.
    _ = try Checkpoint.open(path).listing()
  }

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
        precondition(other.description == error.description || error.code == .corrupt)
      case .success(let report): precondition(!report.isSound)
      }
      throw error
    }
    guard case .success(let report) = verified else { preconditionFailure("it was opened, not verified") }
    precondition(report.format == document.source?.format.rawValue)
    // Every class and function that stands for an object of the document was named to whoever scans.
    let named = Set(scanned.files[0].globals.map { GlobalName($0.module, $0.name) })
    for node in document.nodes {
      guard case .global(let name) = node else { continue }
      precondition(named.contains(name) || !scanned.isComplete)
    }
  }

  /// Whatever is a tensor has the bytes that its shape asks for, or is refused when it is read.
  private static func onnx(_ path: String) throws(CheckpointError) {
    let document = try Checkpoint.open(path)
    for node in document.nodes {
      guard case .tensor(let tensor) = node else { continue }
      precondition(document[tensor.storage].byteCount == tensor.byteCount)
      guard tensor.byteCount <= 1 << 24, let bytes = try? TensorReader(document, tensor).bytes() else {
        continue
      }
      precondition(bytes.count == tensor.byteCount)
    }
  }

  private static func legacy(_ path: String) throws(CheckpointError) {
    let stream = try LegacyStream(InputFile(path: path))
    for storage in stream.storages { _ = try stream.file.read(storage.range) }
  }

  private static func zip(_ path: String) throws(CheckpointError) {
    let zip = try ZipDirectory(InputFile(path: path))
    for entry in zip.entries {
      precondition(zip.entry(named: entry.name) == entry)
      // A refused member does not hide the others.
      if let bytes = try? zip.read(entry, limit: 1 << 24) { precondition(bytes.count == entry.size) }
    }
    _ = try zip.unclaimedRanges()
  }
}

/// A file in memory, for readers that take paths.
enum ScratchFile {
  /// Runs `body` with the path of a file that holds `bytes` and goes afterwards.
  static func with<Result>(
    _ bytes: [UInt8], _ body: (String) throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    let path = "/dev/shm/resect-fuzz-\(getpid())-\(pthread_self())"
    defer { unsafe unlink(path) }
    guard let file = unsafe fopen(path, "wb") else {
      throw CheckpointError(.unwritable, "cannot create a scratch file", at: .init(file: path))
    }
    _ = unsafe fwrite(bytes, 1, bytes.count, file)
    unsafe fclose(file)
    return try body(path)
  }
}
