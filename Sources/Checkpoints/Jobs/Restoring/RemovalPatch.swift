// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// What `RemovalPlan` wrote, read again: with the result it gives the original back.
///
///     let patch = try RemovalPatch(Checkpoint.open("heads.pth"))
///     let whole = try patch.restored(from: Checkpoint.open("backbone.pth")).document
public struct RemovalPatch: Sendable {
  /// An original that was put together again.
  public struct Restored: Sendable {
    /// Bytes come from the result's file and the patch's when it is written.
    public var document: Document
    /// What was done.
    public var report: RestoringReport
  }

  let document: Document
  private let table: RemovalTable
  private var file: String { document.source?.file ?? "" }

  /// Throws `unsupported` for what is no patch, `corrupt` for one that is not as it should be.
  public init(_ document: Document) throws(CheckpointError) {
    self.document = document
    do throws(CheckpointError) { table = try RemovalTable(document) } catch {
      throw error.at(file: document.source?.file)
    }
  }

  /// The original: tensors, values, their order and ties.
  ///
  /// - Parameters:
  ///   - result: what was left of it. Names, order and form may have changed meanwhile; every tensor is told by its
  ///     digest.
  ///   - ontoChanged: take tensors also that have other numbers by now, as after a training; without it they are a refusal.
  ///   - onBytes: called with the number of bytes that were read, now and then.
  /// - Throws: `misfit` where the result is not the one that belongs to the patch: tensors are missing, changed, or would
  ///   be lost; `corrupt` for a patch whose parts do not fit each other.
  public func restored(
    from result: Document, ontoChanged: Bool = false, onBytes: (Int) -> Void = { _ in }
  ) throws(CheckpointError) -> Restored {
    let pairing = try RestoringPairing(table.given, DiffSide(result), onBytes: onBytes)
    try pairing.check(ontoChanged: ontoChanged, patch: file)
    let storages = try joined(pairing, of: result)
    var original = try decoded(storages)
    original.source = Document.Source(
      file: result.source?.file ?? file, format: result.source?.format ?? .torch)
    let report = RestoringReport(
      patch: file, recipe: table.recipe, kept: pairing.places.count, restored: table.held.count,
      changed: pairing.changed, moved: pairing.moved)
    return Restored(document: original, report: report)
  }

  private func joined(
    _ pairing: RestoringPairing, of result: Document
  ) throws(CheckpointError) -> [Storage] {
    var storages = JoinedStorages(sizes: table.storages)
    for (place, tensor) in pairing.places {
      do throws(CheckpointError) { try storages.add(tensor, of: result, at: place) } catch {
        throw error.at(file: file, key: RemovalTable.Key.given)
      }
    }
    let side = try DiffSide(document)
    var left = document.storages.reduce(0) { $0 &+ $1.byteCount }
    for (index, held) in table.held.enumerated() {
      do throws(CheckpointError) {
        guard let tensor = side.tensors[held.path] else {
          throw CheckpointError(.corrupt, "there is no tensor `\(held.path)`")
        }
        try storages.add(tensor, of: document, at: held.place)
        left -= tensor.byteCount
        // What the result lacks lies in the patch once.
        guard left >= 0 else { throw CheckpointError(.corrupt, "its tensors would be put in two places") }
      } catch { throw error.at(file: file, key: RemovalTable.Key.held + "/" + Text(index)) }
    }
    do throws(CheckpointError) { return try storages.storages() } catch {
      throw error.at(file: file, key: RemovalTable.Key.storages)
    }
  }

  /// The original's values, which view these storages.
  private func decoded(_ storages: [Storage]) throws(CheckpointError) -> Document {
    do throws(CheckpointError) {
      guard let node = document.value(of: RemovalTable.Key.structure, in: document.root),
        case .tensor(let tensor) = document[node], tensor.dtype == .uint8, tensor.shape.count == 1,
        tensor.isContiguous
      else { throw CheckpointError(.corrupt, "a tensor of bytes should stand here") }
      let packed = document[tensor.storage].bytes.inputs.reduce(0) { $0 + $1.size }
      try StructureLimits.current.check(tensor.byteCount, packed: packed)
      let pickle = try TensorReader(document, tensor).bytes()
      let graph = try PickleMachine.run(pickle, limits: .reading(min(pickle.count, packed)))
      var decoder = TorchDecoder(graph, at: .init(file: file, key: RemovalTable.Key.structure)) {
        key throws(CheckpointError) in
        guard let index = Int(key.shown), storages.indices.contains(index) else {
          throw CheckpointError(.corrupt, "it names storage '\(key)', and there is none of that number")
        }
        let storage = storages[index]
        return .init(name: storage.name, bytes: storage.bytes, byteCount: storage.byteCount)
      }
      return try decoder.decode()
    } catch { throw error.at(file: file, key: RemovalTable.Key.structure) }
  }
}
