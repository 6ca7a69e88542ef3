// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// A checkpoint that is whole, and what salvaging damaged copies of it may give.
struct Damaged {
  struct Tensor: Equatable {
    var dtype: String?
    var shape: [Int]
    var digest: String?
  }

  let folder: TemporaryFolder
  let bytes: [UInt8]
  let tensors: [Text: Tensor]
  /// Whether something in front of the tensors names all of them; a `.npz` has only the headers that are there.
  let namesAll: Bool
  /// Values that are no tensors, by path.
  let values: Set<Text>
  private let path: String

  init(_ bytes: [UInt8], name: String = "damaged.pth") throws {
    folder = try TemporaryFolder()
    self.bytes = bytes
    namesAll = !name.hasSuffix(".npz")
    path = folder(name)
    try File.write(bytes, to: path)
    (tensors, values) = try Self.contents(path)
  }

  init(fixture: String) throws {
    try self.init(Fixtures.bytes(fixture), name: fixture.split(separator: "/").last.map(String.init) ?? "a")
  }

  static func contents(_ path: String) throws -> (tensors: [Text: Tensor], values: Set<Text>) {
    let listing = try Checkpoint.open(path).listing(hashing: true)
    let tensors = listing.tensors.map {
      ($0.path, Tensor(dtype: $0.dtype, shape: $0.shape, digest: $0.sha256))
    }
    return (Dictionary(tensors) { first, _ in first }, Set(listing.values.map(\.path)))
  }

  /// Salvages `bytes`, and holds what comes out against the original: each tensor survives bit for bit or is listed as
  /// lost, and nothing else is there.
  ///
  /// - Returns: nil where nothing could be saved.
  @discardableResult
  func salvage(_ damaged: [UInt8], _ what: String) throws -> SalvageReport? {
    try File.write(damaged, to: path)
    return try Self.salvage(path, to: folder("out.pth"), tensors, values, what, namesAll: namesAll)
  }

  /// The same of a folder or an index that has been damaged.
  @discardableResult
  static func salvage(
    _ path: String, to output: String, _ tensors: [Text: Tensor], _ values: Set<Text>, _ what: String,
    namesAll: Bool = true
  ) throws -> SalvageReport? {
    var salvage: Salvage
    do throws(CheckpointError) { salvage = try Salvage(path) } catch {
      #expect([.corrupt, .unsupported, .ambiguous, .limit].contains(error.code), "\(what): \(error)")
      return nil
    }
    guard let damage = salvage.report.damage else {
      #expect(try contents(path) == (tensors, values), "\(what): called sound")
      return salvage.report
    }
    try salvage.write(to: output, replacing: true)
    let found = try contents(output)
    #expect(Set(found.tensors.keys) == Set(damage.survivors), "\(what)")
    for (path, tensor) in found.tensors { #expect(tensor == tensors[path], "\(what): \(path)") }
    let lost = Set(damage.lost.map(\.path))
    #expect(Set(damage.survivors).isDisjoint(with: lost), "\(what)")
    for path in tensors.keys where found.tensors[path] == nil && namesAll {
      #expect(lost.contains(path), "\(what): \(path)")
    }
    for path in lost where namesAll {
      #expect(tensors[path] != nil || values.contains { $0 == path }, "\(what): \(path)")
    }
    #expect(found.values.isSuperset(of: values.subtracting(lost)), "\(what)")
    return salvage.report
  }

  /// What is said to be missing; of an error too.
  func missing(_ damaged: [UInt8]) throws -> Int {
    try File.write(damaged, to: path)
    do throws(CheckpointError) { return try Checkpoint.remains(path).missing } catch {
      let words = error.reason.split(separator: " ")
      guard let index = words.firstIndex(of: "least"), words.count > index + 1 else { return 0 }
      return Int(words[index + 1]) ?? 0
    }
  }
}
