// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Passes take a tensor with parts as one thing.
@Suite struct CompositePassTests {
  private func open(_ name: String) throws -> Document { try Checkpoint.open(Fixtures.path("forms/" + name)) }

  private func composite(_ path: Text, _ document: Document) -> CompositeTensor? {
    guard let node = document.node(at: ValuePath(path)), case .composite(let composite) = document[node]
    else {
      return nil
    }
    return composite
  }

  @Test func `it is renamed, kept and dropped whole`() throws {
    var document = try open("sparse-torch2.pt")
    let before = try document.listing(hashing: true).tensors
    try document.apply([.rename("cs*", to: "compressed.$1"), .drop("coo"), .drop("dense")])
    let after = try document.listing(hashing: true).tensors
    #expect(after.map(\.path).contains("compressed.r"))
    #expect(!after.map(\.path).contains("coo"))
    #expect(after.first { $0.path == "compressed.r" }?.sha256 == before.first { $0.path == "csr" }?.sha256)
    // The dropped ones' parts do not go out.
    let plan = try OutputPlan(document)
    #expect(plan.summary.tensors == after.count)
    let parts = after.flatMap { $0.parts ?? [] }.compactMap(\.storage)
    #expect(plan.summary.members.count { $0.name.hasPrefix("archive/data/") } == Set(parts).count)
  }

  @Test func `cast leaves it alone and says so`() throws {
    var document = try open("quantized-torch2.pt")
    let report = try document.apply([.cast(.float16)])
    #expect(report[0].changes.map(\.from) == ["dense"])
    #expect(report[0].notes.contains { $0.contains("quantized_per_tensor") })
    #expect(composite("tensor", document)?.dtype == .quint8)
  }

  @Test func `a part's storage is not cast under it; untie settles it`() throws {
    var document = try open("tied-parts.pt")
    let before = try document.listing(hashing: true).tensors
    let error = #expect(throws: CheckpointError(.ambiguous, "")) { try document.apply([.cast(.float16)]) }
    #expect(error?.reason.contains("`coo`") == true)
    try document.apply([.untie, .cast(.float16)])
    let after = try document.listing(hashing: true).tensors
    #expect(after.map(\.dtype) == ["float32", "float16", "int64"])
    #expect(after[0].sha256 == before[0].sha256)
    #expect(before[1].sharesWith == "coo" && after[1].sharesWith == nil)
  }

  @Test func `plain takes class and attributes away`() throws {
    var document = try open("attributes.pt")
    try document.apply([.plain])
    let listing = try document.listing()
    #expect(listing.tensors.map(\.parts).filter { $0 != nil }.count == 2)
    for name in ["plain", "other", "parameter"] {
      let node = try #require(document.node(at: ValuePath(Text(name))))
      guard case .tensor(let tensor) = document[node] else {
        Issue.record("\(name) is no plain tensor")
        continue
      }
      #expect(tensor.isParameter == (name == "parameter"))
    }
    #expect(composite("coo", document)?.attributes == nil)
    var subclass = try open("subclass-torch2.pt")
    try subclass.apply([.plain])
    #expect(throws: Never.self) { try OutputPlan(subclass) }
  }

  @Test func `a sparse parameter stays one under plain`() throws {
    var document = try open("sparse-torch2.pt")
    #expect(composite("parameter", document)?.isParameter == true)
    try document.apply([.plain])
    #expect(composite("parameter", document)?.isParameter == true)
  }

  @Test func `messages call it by its kind`() throws {
    let sparse = try open("sparse-torch2.pt")
    let subclass = try open("subclass-torch2.pt")
    let attributes = try open("attributes.pt")
    #expect(composite("bsr", sparse).map(sparse.describe) == "a sparse_bsr tensor")
    #expect(composite("tagged", subclass).map(subclass.describe) == "a tensor of class composites.Tagged")
    #expect(composite("plain", attributes).map(attributes.describe) == "a tensor with Python attributes")
  }

  @Test func `show gives the figures of each part`() throws {
    let exhibit = try open("quantized-torch2.pt").exhibit("channel")
    let shown = try #require(exhibit.composite)
    #expect(exhibit.tensor == nil)
    #expect(shown.layout == "quantized_per_channel")
    #expect(shown.parts.map(\.name) == ["int_repr", "qscheme", "scales", "zero_points", "axis"])
    #expect(shown.parts[2].tensor?.statistics?.max == .double(0.5))
    #expect(shown.parts[4].value == .int(0))
  }

  @Test func `one tensor with a thousand attributes at thousands of places stays within bounds`() throws {
    var document = Document()
    let storage = document.add(Storage(name: "data/0", byteCount: 4, bytes: .memory([0, 0, 0, 0])))
    let data = document.add(.tensor(TensorRecord(dtype: .float32, shape: [1], storage: storage)))
    let entries = (0..<2000).map { index in
      Mapping.Entry(key: document.add(.string("a\(index)")), value: document.add(.int(1)))
    }
    let state = document.add(.mapping(Mapping(kind: .dict, entries: entries)))
    let type = document.add(.global(GlobalName("torch", "Tensor")))
    var tagged = CompositeTensor(
      .strided, dtype: .float32, shape: [1], members: [.init("data", data)],
      form: .typed(inner: data, type: type, state: state))
    tagged.attributes = state
    let node = document.add(.composite(tagged))
    document.root = document.add(.list([node, node]))
    #expect(try document.listing().tensors.map { $0.parts?.count } == [1000, 1000])
    document.root = document.add(.list([NodeID](repeating: node, count: 5000)))
    #expect(throws: CheckpointError(.limit, "")) { try document.listing() }
    // Every attribute goes out, also those that a listing does not name.
    document.root = node
    #expect(try OutputPlan(document).pickleText.contains("a1999"))
  }
}
