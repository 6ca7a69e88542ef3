// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import Checkpoints

/// Every form of tensor and file in fixtures/forms, against what PyTorch said of it.
@Suite struct FormTests {
  struct Entry: Decodable {
    struct Part: Decodable {
      var name: Text
      var dtype: String?
      var shape: [Int]?
      var bytes: Int?
      var sha256: String?
      var value: JSONValue?
    }

    var path: Text
    var dtype: String
    var shape: [Int]
    var bytes: Int
    var sha256: String
    var layout: String?
    var parts: [Part]?
  }

  static let expected: [String: [Entry]] = {
    var found: [String: [Entry]] = [:]
    for name in ["forms/expected.json", "forms/expected-torch1.json"] {
      let bytes = (try? Fixtures.bytes(name)) ?? []
      let entries = (try? JSONDecoder().decode([String: [Entry]].self, from: Data(bytes))) ?? [:]
      found.merge(entries) { $1 }
    }
    return found
  }()

  static let files = expected.keys.sorted()

  static func compare(_ document: Document, _ expected: [Entry], _ name: String) throws {
    let found = try document.listing(hashing: true).tensors
    #expect(found.map(\.path) == expected.map(\.path), "\(name)")
    for (entry, right) in zip(found, expected) {
      let what = "\(name): \(right.path)"
      #expect(entry.dtype == right.dtype, "\(what)")
      #expect(entry.shape == right.shape, "\(what)")
      #expect(entry.bytes == right.bytes, "\(what)")
      #expect(entry.sha256 == right.sha256, "\(what)")
      #expect(entry.layout == right.layout, "\(what)")
      #expect(entry.parts?.map(\.name) == right.parts?.map(\.name), "\(what)")
      for (part, rightPart) in zip(entry.parts ?? [], right.parts ?? []) {
        #expect(part.dtype == rightPart.dtype, "\(what) \(part.name)")
        #expect(part.shape == rightPart.shape, "\(what) \(part.name)")
        #expect(part.bytes == rightPart.bytes, "\(what) \(part.name)")
        #expect(part.sha256 == rightPart.sha256, "\(what) \(part.name)")
        if let value = rightPart.value { #expect(part.value == value, "\(what) \(part.name)") }
      }
    }
  }

  @Test func `there are files of every form`() {
    #expect(Self.files.count == 15)
    let layouts = Set(Self.expected.values.joined().compactMap(\.layout))
    #expect(layouts.count == 10, "\(layouts)")
  }

  @Test(arguments: files) func `lists as PyTorch has it, parts and all`(name: String) throws {
    let document = try Checkpoint.open(Fixtures.path("forms/" + name))
    try Self.compare(document, try #require(Self.expected[name]), name)
  }

  @Test(arguments: files) func `what is written back reads the same, and again`(name: String) throws {
    let folder = try TemporaryFolder()
    let document = try Checkpoint.open(Fixtures.path("forms/" + name))
    let options = OutputPlan.Options(keepsOpaque: true)
    try OutputPlan(document, options: options).write(to: folder("one.pt"))
    let one = try Checkpoint.open(folder("one.pt"))
    try Self.compare(one, try #require(Self.expected[name]), name)
    try OutputPlan(one, options: options).write(to: folder("two.pt"))
    #expect(try File.bytes(at: folder("one.pt")) == File.bytes(at: folder("two.pt")))
  }

  @Test(arguments: files) func `only nested tensors and unknown classes need to be asked for`(name: String)
    throws
  {
    let document = try Checkpoint.open(Fixtures.path("forms/" + name))
    if name.hasPrefix("nested") || name.hasPrefix("subclass") {
      let error = #expect(throws: CheckpointError(.unknownGlobals, "")) { try OutputPlan(document) }
      let global = name.hasPrefix("nested") ? "_rebuild_nested_tensor" : "composites.Tagged"
      #expect(error?.reason.contains(global) == true)
    } else {
      #expect(throws: Never.self) { try OutputPlan(document) }
    }
  }

  @Test func `PyTorch 1.13's CSR goes out as the newest writes it`() throws {
    let document = try Checkpoint.open(Fixtures.path("checkpoints/csr113.pt"))
    let plan = try OutputPlan(document)
    #expect(plan.summary.opaque.isEmpty)
    #expect(plan.summary.tensors == 1)
    let text = try plan.pickleText
    #expect(text.contains("_rebuild_sparse_tensor") && !text.contains("_rebuild_sparse_csr_tensor"))
  }
}
