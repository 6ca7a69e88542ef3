// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import OrderedCollections
import Testing
import Training

/// The definitions against the key lists that upstream's classes gave.
@Suite struct NetworkSpecTests {
  static let goldens: [(name: String, file: String)] = [
    ("campplus-192", "campplus192"), ("campplus-512", "campplus512"),
    ("ecapa-192", "ecapa_tdnn_sup192"), ("ecapa-512", "ecapa_tdnn_rdino512"),
    ("ecapa-c512-192", "ecapa_tdnn_sup_classdefault_c512"),
    ("eres2net-base-192", "eres2net_base192"), ("eres2net-base-512", "eres2net_base512"),
    ("eres2net-large-192", "eres2net_large192"), ("eres2net-large-512", "eres2net_large512"),
    ("eres2net-huge-192", "eres2net_huge192"), ("eres2netv2-192", "eres2netv2_192"),
    ("eres2netv2-w24s4ep4-192", "eres2netv2_w24s4ep4_192"), ("resnet34-192", "resnet34_192_twoemb"),
    ("res2net-192", "res2net192"), ("xvector-512", "xvector512"),
    ("classifier-cosine-192x5994", "classifier_cosine_192x5994"),
    ("classifier-cosine-192x17982", "classifier_cosine_192x17982_speedperturb"),
    ("classifier-linear-512x3", "classifier_linear_512x3"),
  ]

  @Test(arguments: goldens) func `a definition gives upstream's keys, shapes and kinds, in order`(
    name: String, file: String
  ) throws {
    let spec = try NetworkSpec("3dspeaker/" + name)
    let golden = String(decoding: try GoldenFiles.data("keys/\(file).tsv"), as: UTF8.self)
    let (own, wanted) = (spec.table.split(separator: "\n"), golden.split(separator: "\n"))
    for (index, line) in wanted.enumerated() where index < own.count {
      try #require(own[index] == line, "line \(index + 1)")
    }
    #expect(own.count == wanted.count)
    #expect(try NetworkSpec(name).table == spec.table)
  }

  @Test func `every listed name is known, and read back as a key list`() throws {
    for (name, _) in NetworkCatalogue.listed {
      let spec = try NetworkSpec(name)
      let read = try KeySpec(text: JSONText.of(spec), name: name)
      #expect(Array(read.entries.keys) == spec.tensors.map { Text($0.path) })
      #expect(try KeySpec(text: spec.table, name: name).entries == read.entries)
    }
  }

  @Test(arguments: [
    "campplus", "campplus-", "campplus-0", "campplus-x", "campplus-192x3", "3dspeaker/", "", "campplus-+5",
    "classifier-cosine-192", "classifier-round-192x3", "eres2net-192", "campplus-99999999999999999999",
  ]) func `other names are refused`(name: String) {
    #expect(throws: CheckpointError(.wrongWords, "")) { try NetworkSpec(name) }
  }

  @Test func `a wrong name is answered with the nearest`() {
    let error = #expect(throws: CheckpointError.self) { try NetworkSpec("3dspeaker/camplus-192") }
    #expect(error?.hint == "`3dspeaker/campplus-192`")
  }

  @Test func `fresh CAM++ weights are normal with deviation sqrt(2 / fan in)`() throws {
    let values = try FreshParameters(seed: 3).values(
      for: "w", shape: [128, 320, 5], initial: .kaimingNormal(fanIn: 1600))
    let count = Double(values.count)
    let mean = values.reduce(0) { $0 + Double($1) } / count
    let squares = values.reduce(0) { $0 + Double($1) * Double($1) } / count
    let fourths = values.reduce(0) { $0 + Double($1) * Double($1) * Double($1) * Double($1) } / count
    let variance = 2.0 / 1600
    #expect(abs(mean) < 4 * (variance / count).squareRoot())
    #expect(abs(squares / variance - 1) < 0.02)
    // A uniform distribution has 1.8, a normal one 3.
    #expect(abs(fourths / (squares * squares) - 3) < 0.1)
  }
}
