// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct ProvenancePageTests {
  @Test func `the page's example is what is written`() throws {
    let page = try File.bytes(at: Fixtures.folder + "/../docs/formats/provenance.md")
    let lines = String(decoding: page, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex(of: "```json"))
    let shown = lines[(start + 1)...].prefix { $0 != "```" }.joined(separator: "\n")
    let sample = try ProvenanceSample(of: "od_215.pt", as: "od.pt")
    let recipe = try Recipe(arguments: ["keep a.weight"])
    try sample.write(
      Surgery(editing: Checkpoint.open(sample("od.pt")), recipe, format: .safetensors), "kept.safetensors")
    let written = try sample.bytes("kept.safetensors.provenance.json")
    #expect(try Statement(Array(shown.utf8)).bytes() == written)
    #expect(
      lines.contains(
        "`resect edit od.pt -o kept.safetensors 'keep a.weight' --provenance`, of a file with two tensors, with line ends added:"
      ))
  }
}
