// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// The table of `docs/formats/README.md`, held against what the planner does: a cell that drifts fails.
@Suite struct MatrixTests {
  struct Cell: Sendable, CustomTestStringConvertible {
    enum Answer: String, Sendable { case yes, no, bits }

    var dtype: DType
    var format: OutputPlan.Format
    var answer: Answer
    /// The letter of the rule, for what is refused.
    var rule: String?

    var testDescription: String { "\(dtype) in \(format.rawValue): \(answer)" }
  }

  struct Malformed: Error, CustomStringConvertible { var description: String }

  struct Table {
    /// The formats of the columns, by name; some may not be written yet.
    var formats: [String] = []
    var rows: [(dtype: String, cells: [String])] = []

    init(_ page: String) {
      for line in page.split(separator: "\n") where line.hasPrefix("| ") {
        let cells = line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
        if cells.first == "dtype" {
          formats = Array(cells.dropFirst())
        } else if cells.count == formats.count + 1, let first = cells.first, DType(rawValue: first) != nil {
          rows.append((first, Array(cells.dropFirst())))
        }
      }
    }
  }

  static var page: String {
    get throws {
      let path = Fixtures.folder.split(separator: "/").dropLast().joined(separator: "/")
      return String(decoding: try File.bytes(at: "/\(path)/docs/formats/README.md"), as: UTF8.self)
    }
  }

  /// Every cell whose format is written.
  static var cells: [Cell] {
    get throws {
      let table = Table(try page)
      return try table.rows.flatMap { row in
        try zip(table.formats, row.cells).compactMap { name, text in
          guard let format = OutputPlan.Format(rawValue: name) else { return nil }
          let words = text.split(separator: " ").map(String.init)
          guard let dtype = DType(rawValue: row.dtype), let first = words.first,
            let answer = Cell.Answer(rawValue: first), (words.count == 1) == (answer == .yes)
          else { throw Malformed(description: "\(row.dtype), \(name): \(text)") }
          return Cell(
            dtype: dtype, format: format, answer: answer, rule: words.last.flatMap { $0 == first ? nil : $0 })
        }
      }
    }
  }

  /// A state dict with two elements of a type; 3D-Speaker's folders hold one beside a classifier.
  private func sample(_ dtype: DType, for format: OutputPlan.Format) -> Document {
    var document = Document()
    func stateDict(_ key: Text, _ dtype: DType, _ shape: [Int]) -> NodeID {
      let bytes = (0..<2 * dtype.itemSize).map { UInt8($0 % 2) }
      let storage = document.add(Storage(name: "0", byteCount: bytes.count, bytes: .memory(bytes)))
      let tensor = document.add(.tensor(TensorRecord(dtype: dtype, shape: shape, storage: storage)))
      return document.add(.stateDict(StateDict(kind: .orderedDict, entries: [key: tensor])))
    }
    let weights = stateDict("layer.weight", dtype, [2])
    guard format == .threeDSpeaker else {
      document.root = weights
      return document
    }
    let parts: [(Text, NodeID)] = [
      ("embedding_model", weights), ("classifier", stateDict("weight", .float32, [1, 2])),
    ]
    let entries = parts.map { Mapping.Entry(key: document.add(.string($0.0)), value: $0.1) }
    document.root = document.add(.mapping(Mapping(kind: .dict, entries: entries)))
    return document
  }

  @Test func `every type has one row, every format that is written a column, every rule its sentence`() throws
  {
    let page = try Self.page
    let table = Table(page)
    #expect(table.rows.map(\.dtype).sorted() == DType.allCases.map(\.rawValue).sorted())
    // These hold whole networks and nothing else (`ModelFolderTests`).
    for format in OutputPlan.Format.allCases where ![.modelScope, .funASR].contains(format) {
      #expect(table.formats.contains(format.rawValue), "\(format.rawValue) has no column")
    }
    for cell in try Self.cells {
      guard let rule = cell.rule else { continue }
      #expect(page.contains("- **\(rule)** "), "\(rule) is not explained")
    }
  }

  @Test(arguments: try! MatrixTests.cells) func `planning does what the table says`(_ cell: Cell) throws {
    let document = sample(cell.dtype, for: cell.format)
    guard cell.answer != .yes else {
      let plan = try OutputPlan(document, as: cell.format)
      #expect(plan.summary.tensors == (cell.format == .threeDSpeaker ? 2 : 1))
      return
    }
    let error = #expect(throws: CheckpointError(.unrepresentable, "")) {
      try OutputPlan(document, as: cell.format)
    }
    #expect(error?.code.exitCode == 4)
    #expect(error?.location.key == "layer.weight")
    #expect(error?.reason.contains(cell.dtype.rawValue) == true)
    #expect(error?.hint != nil)
    var options = OutputPlan.Options()
    options.carriesBits = true
    if cell.answer == .bits {
      let plan = try OutputPlan(document, as: cell.format, options: options)
      #expect(plan.summary.notes?.contains { $0.contains(cell.dtype.rawValue) } == true)
    } else {
      #expect(throws: CheckpointError(.unrepresentable, "")) {
        try OutputPlan(document, as: cell.format, options: options)
      }
    }
  }

  /// That a format's reader and writer agree; whether either is right is for its own library to say (`Tests/Interop`).
  @Test(arguments: try! MatrixTests.cells.filter { $0.answer == .yes })
  func `what is written is read back`(_ cell: Cell) throws {
    let document = sample(cell.dtype, for: cell.format)
    let folder = try TemporaryFolder()
    try OutputPlan(document, as: cell.format).write(to: folder("out"))
    let back = try Checkpoint.open(folder("out")).listing(hashing: true)
    let want = try document.listing(hashing: true).tensors
    #expect(back.tensors.map(\.path) == want.map(\.path))
    #expect(back.tensors.map(\.dtype) == want.map(\.dtype))
    #expect(back.tensors.map(\.shape) == want.map(\.shape))
    #expect(back.tensors.map(\.sha256) == want.map(\.sha256))
  }
}
