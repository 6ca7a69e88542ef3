// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import Checkpoints

struct NPZTests {
  static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try TemporaryFolder()
    try withExtendedLifetime(folder) { try body(folder.path) }
  }

  static func bytes(_ path: String) throws -> [UInt8] { try File.bytes(at: path) }

  static let arrays: [(name: Text, array: NPYArray)] = [
    ("speaker one", NPYArray(floats: [1, 2, 3, 4], shape: [2, 2])),
    ("ünï/cödé", NPYArray(.int8, shape: [3], bytes: [1, 2, 255])),
    ("nothing", NPYArray(floats: [], shape: [0])),
  ]

  @Test(arguments: ["stored.npz", "deflated.npz"]) func `numpy's archives are read`(name: String) throws {
    let reader = try NPZReader(Fixtures.path("numpy/\(name)"))
    #expect(reader.names == ["first", "a/b"])
    #expect(try reader.array("first").floats() == [0, 1, 2, 3, 4, 5])
    #expect(try reader.array("first").shape == [2, 3])
    #expect(try reader.array("a/b").type == .float64)
  }

  @Test(arguments: [false, true]) func `what is written is read again`(compressed: Bool) throws {
    try Self.withFolder { folder in
      let path = folder + "/e.npz"
      try NPZWriter.write(Self.arrays, to: path, compressed: compressed)
      let reader = try NPZReader(path)
      #expect(reader.names == Self.arrays.map(\.name))
      for (name, array) in Self.arrays { #expect(try reader.array(name) == array) }
    }
  }

  @Test func `the same arrays give the same bytes`() throws {
    try Self.withFolder { folder in
      try NPZWriter.write(Self.arrays, to: folder + "/a.npz")
      Thread.sleep(forTimeInterval: 2.1)  // a zip archive's clock ticks every two seconds
      try NPZWriter.write(Self.arrays, to: folder + "/b.npz")
      #expect(try Self.bytes(folder + "/a.npz") == Self.bytes(folder + "/b.npz"))
    }
  }

  @Test func `a file that is there is replaced only by force`() throws {
    try Self.withFolder { folder in
      let path = folder + "/e.npz"
      try NPZWriter.write(Self.arrays, to: path)
      let before = try Self.bytes(path)
      let one = [Self.arrays[0]]
      #expect(throws: CheckpointError(.wouldOverwrite, "")) { try NPZWriter.write(one, to: path) }
      #expect(try Self.bytes(path) == before)
      try NPZWriter.write(one, to: path, replacing: true)
      #expect(try NPZReader(path).names == ["speaker one"])
    }
  }

  @Test func `one name for two arrays, no array and no folder are refused`() throws {
    try Self.withFolder { folder in
      let path = folder + "/e.npz"
      let twice = [Self.arrays[0], Self.arrays[0]]
      #expect(throws: CheckpointError(.collision, "")) { try NPZWriter.write(twice, to: path) }
      #expect(throws: CheckpointError(.emptyResult, "")) { try NPZWriter.write([], to: path) }
      #expect(throws: CheckpointError(.unwritable, "")) {
        try NPZWriter.write(Self.arrays, to: folder + "/none/e.npz")
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }

  @Test func `a missing archive, a cut one and a changed byte are told apart`() throws {
    try Self.withFolder { folder in
      #expect(throws: CheckpointError(.unreadable, "")) { _ = try NPZReader(folder + "/none.npz") }
      let good = try Fixtures.bytes("numpy/stored.npz")
      let cut = folder + "/cut.npz"
      try Data(good[..<(good.count / 2)]).write(to: URL(fileURLWithPath: cut))
      #expect(throws: CheckpointError(.corrupt, "")) { _ = try NPZReader(cut) }

      // The last float of the first array is 5: 00 00 A0 40.
      let at = try #require((0..<good.count - 3).first { Array(good[$0..<$0 + 4]) == [0, 0, 0xA0, 0x40] })
      var changed = good
      changed[at] = 1
      let other = folder + "/changed.npz"
      try Data(changed).write(to: URL(fileURLWithPath: other))
      let reader = try NPZReader(other)
      let error = #expect(throws: CheckpointError.self) { try reader.array("first") }
      #expect(error?.code == .corrupt)
      #expect(error?.location == .init(file: other, member: "first.npy"))
    }
  }

  @Test func `a name that is not there is an error with the name`() throws {
    let reader = try NPZReader(Fixtures.path("numpy/stored.npz"))
    let error = #expect(throws: CheckpointError.self) { try reader.array("second") }
    #expect(error?.code == .nothingMatched)
    #expect(error?.location.key == "second")
  }

  @Test func `a torch archive is no npz`() throws {
    try Self.withFolder { folder in
      let path = folder + "/e.npz"
      try NPZWriter.write([("x", NPYArray(floats: [1], shape: [1]))], to: path)
      // The member's name stands in the local header and in the directory.
      var bytes = try Self.bytes(path)
      for at in 0..<bytes.count - 5 where Array(bytes[at..<at + 5]) == Array("x.npy".utf8) {
        bytes[at + 4] = UInt8(ascii: "z")
      }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: CheckpointError.self) { _ = try NPZReader(path) }
      #expect(error?.reason == "this is no .npy array")
    }
  }
}
