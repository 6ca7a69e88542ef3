// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

struct ManifestTests {
  static func csv(_ text: String, labels: Manifest.Labels = .required, column: String? = nil) throws
    -> Manifest
  {
    try Manifest.csv(
      TextFile(Array(text.utf8)), source: "/data/train.csv", labels: labels, labelColumn: column)
  }

  static func touch(_ folder: String, _ names: [String]) throws {
    for name in names {
      let url = URL(fileURLWithPath: folder).appending(path: name)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: url)
    }
  }

  @Test func `upstream's columns are read, labels by first appearance, paths from the csv's folder`() throws {
    let manifest = try Self.csv(
      """
      ID,dur,path,start,stop,spk
      u1,4.0,wav/b.wav,0,4,zoe
      u2,4.0,/abs/a.wav,0,4,adam
      u3,4.0,"wav/c, d.wav",0,4,zoe
      """)
    #expect(manifest.items.map(\.path) == ["/data/wav/b.wav", "/abs/a.wav", "/data/wav/c, d.wav"])
    #expect(manifest.items.map(\.label) == [0, 1, 0])
    #expect(manifest.items.map(\.line) == [2, 3, 4])
    #expect(manifest.labels.names == ["zoe", "adam"])
  }

  @Test(arguments: ["spk", "speaker", "label"]) func `the speaker column has one of three names`(name: String)
    throws
  {
    #expect(try Self.csv("\(name),path\nx,a.npy").items == [.init(path: "/data/a.npy", label: 0, line: 2)])
    #expect(try Self.csv("path,who\na.wav,x", column: "who").labels.names == ["x"])
  }

  @Test func `without speakers only where they are optional`() throws {
    #expect(try Self.csv("path\na.wav", labels: .optional).items.map(\.label) == [nil])
    #expect(throws: CheckpointError(.corrupt, "")) { try Self.csv("path\na.wav") }
  }

  @Test(
    arguments: [
      ("", "corrupt", nil, nil, "the csv file is empty"),
      ("path,spk\n", "empty-result", nil, nil, "the csv file has a header and no rows"),
      ("file,spk\na,b", "corrupt", "line 1", nil, "there is no column 'path'; the columns are file, spk"),
      (
        "path,id\na,b", "corrupt", "line 1", nil,
        "there is no speaker column 'spk', 'speaker', 'label'; the columns are path, id"
      ),
      (
        "path,spk,label\na,b,c", "ambiguous", "line 1", nil,
        "more than one column may hold the speaker: spk, label"
      ),
      ("path,spk,path\na,b,c", "collision", "line 1", nil, "the column 'path' stands twice"),
      ("path,spk\na.wav,x\nb.wav", "corrupt", "line 3", nil, "the row has 1 fields; the header has 2"),
      ("path,spk\na.wav,x\n,y", "corrupt", "line 3", "path", "the field is empty"),
      ("path,spk\na.wav,", "corrupt", "line 2", "spk", "the field is empty"),
      ("ID,path,spk\nu,a,x\nv,b,x\nu,c,x", "collision", "line 4", "ID", "the ID u stands on line 2 already"),
    ] as [(String, String, Text?, Text?, String)])
  func `each wrong csv says what, where and why`(
    text: String, code: String, line: Text?, column: Text?, reason: String
  ) {
    let error = #expect(throws: CheckpointError.self) { try Self.csv(text) }
    #expect(error?.code.word == code)
    #expect(error?.location == .init(file: "/data/train.csv", member: line, key: column))
    #expect(error?.reason == reason)
  }

  @Test func `a folder holds a sub-folder a speaker, in byte order, at any depth`() throws {
    try Fixtures.withFolder { folder throws in
      try Self.touch(
        folder,
        ["zoe/b.wav", "zoe/a/c.flac", "Adam/x.npy", "zoe/notes.txt", "README", ".git/y.wav", "zoe/.z.wav"])
      let manifest = try Manifest.read(folder)
      #expect(
        manifest.items.map(\.path) == ["/Adam/x.npy", "/zoe/a/c.flac", "/zoe/b.wav"].map { folder + $0 })
      #expect(manifest.items.map(\.label) == [0, 1, 1])
      #expect(manifest.items.map(\.isFeatures) == [true, false, false])
      #expect(manifest.labels.names == ["Adam", "zoe"])
      #expect(try Manifest.read(folder, labels: .optional).items.count == 3)
    }
  }

  @Test func `a folder without speakers, a stray file and an empty speaker are refused`() throws {
    try Fixtures.withFolder { folder throws in
      #expect(throws: CheckpointError(.emptyResult, "")) { try Manifest.read(folder) }
      try Self.touch(folder, ["a/x.wav", "b/readme.txt"])
      let empty = #expect(throws: CheckpointError.self) { try Manifest.read(folder) }
      #expect(empty?.code == .emptyResult)
      #expect(empty?.location.file == folder + "/b")
      try Self.touch(folder, ["b/y.wav", "stray.wav"])
      let stray = #expect(throws: CheckpointError.self) { try Manifest.read(folder) }
      #expect(stray?.code == .contradiction)
      #expect(stray?.location.file == folder + "/stray.wav")
      #expect(throws: CheckpointError(.unreadable, "")) { try Manifest.read(folder + "/none") }
    }
  }

  @Test func `a link that leads back up ends with an error`() throws {
    try Fixtures.withFolder { folder throws in
      try Self.touch(folder, ["a/x.wav"])
      try FileManager.default.createSymbolicLink(atPath: folder + "/a/up", withDestinationPath: "..")
      #expect(throws: CheckpointError(.limit, "")) { try Manifest.read(folder) }
    }
  }

  @Test func `missing files are counted, the first one named with its line`() throws {
    try Fixtures.withFolder { folder throws in
      try Self.touch(folder, ["a.wav"])
      let csv = folder + "/t.csv"
      try "path,spk\na.wav,x\nb.wav,x\nc.wav,y\n".write(toFile: csv, atomically: true, encoding: .utf8)
      let manifest = try Manifest.read(csv)
      let error = #expect(throws: CheckpointError.self) { try manifest.checkFiles() }
      #expect(error?.code == .unreadable)
      #expect(error?.reason == "there is no such file; 2 of 3 files are missing")
      #expect(error?.location == .init(file: csv, member: "line 3", key: folder + "/b.wav"))
    }
  }

  @Test func `labels may follow another map, which has every speaker`() throws {
    var map = LabelMap()
    for name in ["adam", "eve", "zoe"] as [Text] { _ = map.add(name) }
    let manifest = try Self.csv("path,spk\na.wav,zoe\nb.wav,adam\nc.wav,zoe")
    #expect(manifest.items.map(\.label) == [0, 1, 0])
    let followed = try manifest.labelled(by: map)
    #expect(followed.items.map(\.label) == [2, 0, 2])
    #expect(followed.labels == map)
    #expect(followed.items.map(\.path) == manifest.items.map(\.path))
    for (text, key, hint) in [
      ("path,spk\na.wav,eve\nb.wav,zoee", "zoee", "is `zoe` meant?"), ("path\na.wav", "/data/a.wav", nil),
    ] as [(String, Text, String?)] {
      let error = #expect(throws: CheckpointError.self) {
        try Self.csv(text, labels: .optional).labelled(by: map)
      }
      #expect(error?.code == .misfit)
      #expect(error?.location.key == key)
      #expect(error?.location.member == (hint == nil ? "line 2" : "line 3"))
      #expect(error?.hint == hint)
    }
  }

  @Test func `the label map survives its file, and no other JSON passes for one`() throws {
    var map = LabelMap()
    for name in ["zoe", "adam", "zoe", "ünï"] as [Text] { _ = map.add(name) }
    let json = try map.json()
    #expect(try LabelMap(json: json) == map)
    #expect(String(decoding: json, as: UTF8.self).contains("\"adam\" : 1"))
    for text in [
      "{}", "[]", "{\"schema\": 2, \"labels\": {}}", "{\"schema\": 1, \"labels\": {\"a\": 1}}",
      "{\"schema\": 1, \"labels\": {\"a\": 0, \"b\": 0}}",
    ] {
      #expect(throws: CheckpointError.self, "\(text)") { try LabelMap(json: Array(text.utf8)) }
    }
  }
}
