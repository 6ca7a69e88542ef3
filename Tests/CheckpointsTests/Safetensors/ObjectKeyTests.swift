// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// Dicts whose keys are no text: what safetensors restores, and what it refuses. The files are PyTorch's
/// (`fixtures/keys/make.py`).
@Suite struct ObjectKeyTests {
  private func again(_ document: Document, dropping: Bool = false) throws -> Document {
    let folder = try TemporaryFolder()
    var options = OutputPlan.Options()
    options.dropsValues = dropping
    try OutputPlan(document, as: .safetensors, options: options).write(to: folder("a.safetensors"))
    return try Checkpoint.open(folder("a.safetensors"))
  }

  @Test func `keys of every plain kind come back as they were`() throws {
    let document = try Checkpoint.open(Fixtures.path("keys/plain.pth"))
    #expect(try again(document).wholeText == document.wholeText)
  }

  @Test func `shards restore the same keys`() throws {
    let document = Sample.state(["a": .tensor([2]), "b": .tensor([2])]).document
    var other = document
    guard case .stateDict(var state) = other[other.root] else { return }
    let key = other.add(.tuple([other.add(.int(1)), other.add(.string("1"))]))
    let extra = other.add(.mapping(Mapping(kind: .dict, entries: [.init(key: key, value: other.add(.none))])))
    state.entries["extra"] = extra
    other[other.root] = .stateDict(state)
    let folder = try TemporaryFolder()
    var options = OutputPlan.Options()
    options.shardSize = 8
    try OutputPlan(other, as: .safetensors, options: options).write(to: folder("shards"))
    #expect(try Checkpoint.open(folder("shards")).wholeText == other.wholeText)
  }

  @Test func `a dict whose key is an object is refused as such a value is, by its path`() throws {
    let document = try Checkpoint.open(Fixtures.path("keys/lightning.pth"))
    let error = #expect(throws: CheckpointError(.unrepresentable, "")) {
      try OutputPlan(document, as: .safetensors)
    }
    #expect(
      error?.reason.hasSuffix(": `callbacks/tracking.EarlyStopping` and `callbacks/tracking.ModelCheckpoint`")
        == true)
  }

  @Test(arguments: [
    "classes", "functions", "enums", "dates", "paths", "layouts", "tuples", "frozensets", "others", "deep",
  ])
  func `classes, functions, enums, dates, paths, layouts and named tuples are no keys of safetensors`(
    name: String
  ) throws {
    var document = try Checkpoint.open(Fixtures.path("keys/objects.pth"))
    try document.apply([Keep(patterns: [Text(name), "weight"])])
    let error = #expect(throws: CheckpointError(.unrepresentable, "")) {
      try OutputPlan(document, as: .safetensors)
    }
    #expect(error?.reason.contains(": `\(name)/") == true, "\(error?.reason ?? "")")
  }

  @Test func `dropped, such keys go with their entries and nothing else goes`() throws {
    let document = try Checkpoint.open(Fixtures.path("keys/objects.pth"))
    let read = try again(document, dropping: true)
    func text(_ path: String) throws -> String {
      var part = read
      part.root = try #require(read.node(at: ValuePath(Text(path))))
      return part.wholeText
    }
    for name in ["classes", "functions", "enums", "dates", "paths", "layouts", "others"] {
      #expect(try text(name) == "dict{}", "\(name)")
    }
    #expect(try text("tuples") == "dict{(5, 6): 4}")
    #expect(try text("frozensets") == "dict{frozenset(1): 3}")
    #expect(try text("weight") == "tensor float32 [4]")
    #expect(try text("deep") == "[dict{'x': dict{'kept': 1}}]")
    // A value in a list or tuple leaves its place; a member of a set goes.
    #expect(try text("values") == "dict{'b': [1, None, 2], 'c': set(3), 'd': (None, 1)}")
  }

  @Test func `a tensor under such a key is refused, not dropped`() throws {
    var document = Sample.dict(["d": .dict(["x": .tensor([2])]), "w": .tensor([1])]).document
    let object = document.add(.global(GlobalName("torch.optim.sgd", "SGD")))
    let holder = try #require(document.node(at: ValuePath("d")))
    guard case .mapping(var mapping) = document[holder] else { return }
    mapping.entries[0].key = document.add(.tuple([document.add(.int(1)), object]))
    document[holder] = .mapping(mapping)
    for format in [OutputPlan.Format.safetensors, .npz, .dcp] {
      for dropping in [false, true] {
        let error = #expect(throws: CheckpointError(.unrepresentable, "")) {
          try OutputPlan(document, as: format, options: .init(dropsValues: dropping))
        }
        #expect(error?.location.key == "d/(1, torch.optim.sgd.SGD)", "\(format)")
        #expect(
          error?.reason
            == "its key is a tuple with the class or function torch.optim.sgd.SGD in it, for which "
            + "\(format.rawValue) has no place, and a tensor would go with it")
      }
    }
  }

  @Test func `dcp refuses such an entry by its path, and drops it when told`() throws {
    let document = try Checkpoint.open(Fixtures.path("keys/lightning.pth"))
    let error = #expect(throws: CheckpointError(.unrepresentable, "")) { try OutputPlan(document, as: .dcp) }
    #expect(error?.reason.contains("callbacks/tracking.EarlyStopping") == true)
    let plan = try OutputPlan(document, as: .dcp, options: .init(dropsValues: true))
    #expect(
      plan.summary.droppedValues == [
        "callbacks/tracking.EarlyStopping", "callbacks/tracking.ModelCheckpoint",
      ])
  }

  @Test func `a key that holds itself, by a forged pickle, is no key`() throws {
    var document = Sample.dict(["d": .dict(["x": .int(1)]), "w": .tensor([1])]).document
    let loop = document.add(.tuple([]))
    let outer = document.add(.frozenset([loop, document.add(.int(1))]))
    document[loop] = .tuple([outer])
    let holder = try #require(document.node(at: ValuePath("d")))
    guard case .mapping(var mapping) = document[holder] else { return }
    mapping.entries[0].key = loop
    document[holder] = .mapping(mapping)
    #expect(throws: CheckpointError(.unrepresentable, "")) { try OutputPlan(document, as: .safetensors) }
    #expect(try again(document, dropping: true).node(at: ValuePath("w")) != nil)
  }

  @Test func `a size or device of something else is no plain value, and not dropped in silence`() throws {
    for name in ["Size", "device"] {
      let object = Sample.object(GlobalName("a", "B"), [:])
      let argument: Sample = name == "Size" ? .tuple([object]) : object
      let document = Sample.dict(["s": .call(GlobalName("torch", Text(name)), [argument]), "w": .tensor([1])])
        .document
      #expect(throws: CheckpointError(.unrepresentable, "")) { try OutputPlan(document, as: .safetensors) }
    }
  }

  @Test func `what text cannot hold of the versions of modules is refused`() throws {
    var document = Sample.state(["a": .tensor([2])], metadata: ["", "m"]).document
    guard case .stateDict(var state) = document[document.root] else { return }
    state.metadata?["m"] = document.add(.list([document.add(.global(GlobalName("a", "B")))]))
    document[document.root] = .stateDict(state)
    let error = #expect(throws: CheckpointError(.unrepresentable, "")) {
      try OutputPlan(document, as: .safetensors)
    }
    #expect(error?.reason.hasSuffix(": `._metadata/m`") == true)
    #expect(try again(document, dropping: true).modules() == [""])
  }

  /// Any tree of plain values as a key, and any value under it: what is written reads back the same.
  @Test(arguments: 0..<60) func `random keys come back as they were`(seed: Int) throws {
    var random = KeyedRandom(seed: UInt64(seed), 7)
    var document = Document(nodes: [])
    let storage = document.add(Storage(name: "data/0", byteCount: 4, bytes: .memory([0, 0, 0, 0])))
    let tensor = document.add(.tensor(TensorRecord(dtype: .float32, shape: [1], offset: 0, storage: storage)))
    func leaf() -> NodeID {
      let number = Int64(bitPattern: random.next())
      switch random.next() % 12 {
      case 0: return document.add(.none)
      case 1: return document.add(.bool(number & 1 == 0))
      case 2: return document.add(.int(number >> Int64(random.next() % 63)))
      case 3:
        return document.add(.long([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 9) + [1]))
      case 4: return document.add(.float(Double(bitPattern: random.next())))
      case 5: return document.add(.float([0.5, -0.0, .infinity, .nan, 1e16, 0.1][Int(random.next() % 6)]))
      case 6:
        return document.add(
          .string((["", "a", "é", "1", "None", "a\r\nb", "\u{2126}"] as [Text])[Int(random.next() % 7)]))
      case 7: return document.add(.bytes([UInt8(truncatingIfNeeded: number), 0xFF]))
      case 8: return document.add(.global(GlobalName("torch", "float16")))
      case 9:
        let arguments = document.add(.tuple([document.add(.tuple([document.add(.int(number & 7))]))]))
        let callee = document.add(.global(GlobalName("torch", "Size")))
        return document.add(.object(OpaqueObject(form: .reduce, callee: callee, arguments: arguments)))
      case 10:
        return document.add(
          .numpy(
            NumpyValue(
              typeName: "i2", shape: nil, isFortranOrder: false, isBigEndian: number & 1 == 0, bytes: [1, 2],
              module: "numpy.core.multiarray")))
      default: return document.add(.string(Text(String(number))))
      }
    }
    func key(_ depth: Int) -> NodeID {
      guard depth < 4, random.next() % 3 == 0 else { return leaf() }
      let items = (0..<Int(random.next() % 4)).map { _ in key(depth + 1) }
      return document.add(random.next() % 2 == 0 ? .tuple(items) : .frozenset(items))
    }
    var entries: [Mapping.Entry] = []
    var seen: Set<String> = []
    for _ in 0..<12 {
      let key = key(0)
      var part = document
      part.root = key
      // A Python dict has no key twice.
      guard seen.insert(part.wholeText).inserted else { continue }
      entries.append(.init(key: key, value: leaf()))
    }
    entries.append(.init(key: document.add(.string("the tensor")), value: tensor))
    document.root = document.add(.mapping(Mapping(kind: .dict, entries: entries)))
    #expect(try again(document).wholeText == document.wholeText)
  }
}
