// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

/// The passes that change values: `cast`, `untie`, `set`, `plain`.
struct ValuePassTests {
  static let weights = Sample.dict([
    "model": .state([
      "fc.weight": .tensor([2, 2]), "bn.running_mean": .tensor([2]),
      "bn.num_batches_tracked": .tensor([], .int64),
      "half": .tensor([3], .float16), "z": .tensor([2], .complex64),
    ]),
    "optimizer": .dict([
      "state": .dict(["0": .dict(["exp_avg": .tensor([2, 2])])]), "param_groups": .list([]),
    ]),
  ])

  @Test func `cast changes real floating tensors of the whole document and nothing else`() throws {
    var document = Self.weights.document
    let report = try document.edit("cast float16 except **.running_*")[0]
    #expect(document.tensor("model/fc.weight")?.dtype == .float16)
    #expect(document.tensor("model/bn.running_mean")?.dtype == .float32)
    #expect(document.tensor("model/bn.num_batches_tracked")?.dtype == .int64)
    #expect(document.tensor("model/z")?.dtype == .complex64)
    #expect(document.tensor("optimizer/state/0/exp_avg")?.dtype == .float16)
    let storage = try #require(document.tensor("model/fc.weight")?.storage)
    #expect(document[storage].byteCount == 8)
    #expect(
      report.changes == [
        .init(.cast, from: "model/fc.weight", to: "model/fc.weight", detail: "float32 -> float16"),
        .init(
          .cast, from: "optimizer/state/0/exp_avg", to: "optimizer/state/0/exp_avg",
          detail: "float32 -> float16"),
      ])
    #expect(report.notes == ["1 int64, 1 complex64 tensors were left alone"])
  }

  @Test func `a cast to what is there changes nothing and says so`() throws {
    var document = Sample.keys(["a", "b"]).document
    let report = try document.edit("cast float32")[0]
    #expect(report.changes.isEmpty)
    #expect(report.notes == ["no floating-point tensor had another data type"])
  }

  @Test func `ties and views survive a cast`() throws {
    var document = Sample.state([
      "a": .view("s", [4], storageCount: 6), "b": .view("s", [2], offset: 4), "c": .view("s", [4]),
    ]).document
    try document.edit("cast bfloat16")
    let (a, b) = (try #require(document.tensor("a")), try #require(document.tensor("b")))
    #expect(a.storage == b.storage && b.offset == 4 && b.dtype == .bfloat16)
    #expect(document[a.storage].byteCount == 12)
  }

  @Test func `a storage that a cast and an excepted tensor share is refused, untie helps`() throws {
    var document = Sample.state(["a": .view("s", [4]), "b": .view("s", [4])]).document
    #expect {
      try document.edit("cast float16 except b")
    } throws: { error in
      (error as? CheckpointError)?.description
        == "'a': `a` would be cast and shares its storage with `b`, which would not\n  try: `untie` before `cast` "
        + "gives each its own storage"
    }
    try document.edit("untie\ncast float16 except b")
    #expect(document.tensor("a")?.dtype == .float16 && document.tensor("b")?.dtype == .float32)
  }

  @Test func `untie gives every tensor a storage, also where one object stands twice`() throws {
    var document = Sample.state([
      "a": .view("s", [4]), "b": .view("s", [4]), "c": .shared("t", .tensor([2])),
      "d": .shared("t", .tensor([2])),
    ]).document
    let report = try document.edit("untie")[0]
    let storages = ["a", "b", "c", "d"].compactMap { document.tensor($0)?.storage }
    #expect(Set(storages).count == 4)
    #expect(report.changes.map(\.from) == ["b", "d"])
    #expect(report.changes[0].detail == "shared the storage of `a`")
    #expect(try document.edit("untie")[0].notes == ["no tensors share a storage"])
  }

  @Test func `set changes a plain value and adds one, integers apart from floats`() throws {
    var document = Sample.dict([
      "epoch": .int(3), "model": .keys(["a"]), "list": .list([.int(1)]),
      "args": .object(GlobalName("argparse", "Namespace"), ["lr": .float(0.1)]),
    ]).document
    try document.edit(
      """
      set epoch 0
      set lr 1.0
      set 'a~1b' '{"z": [null, true, -2, 2e3], "a": "\\u00e9\\ud83d\\ude00"}'
      set args/.lr 0.5
      set args/.new '"x"'
      set list/1 7
      """)
    func node(_ path: Text) throws -> Node { document[try #require(document.node(at: ValuePath(path)))] }
    guard case .int(0) = try node("epoch"), case .float(1) = try node("lr"),
      case .none = try node("a~1b/z/0"),
      case .bool(true) = try node("a~1b/z/1"), case .int(-2) = try node("a~1b/z/2"),
      case .float(2000) = try node("a~1b/z/3"), case .string("é😀") = try node("a~1b/a"),
      case .float(0.5) = try node("args/.lr"), case .string("x") = try node("args/.new"),
      case .int(7) = try node("list/1")
    else {
      Issue.record("a value is not what was set: \(try document.leaves)")
      return
    }
    let keys = document.children(of: try #require(document.node(at: ValuePath("a~1b")))).map(\.component)
    #expect(keys == ["z", "a"])
  }

  @Test func `plain makes numbers, tensors, dicts, lists and texts of foreign values`() throws {
    func numpy(
      _ type: String, _ bytes: [UInt8], shape: [Int]? = nil, big: Bool = false, fortran: Bool = false
    )
      -> Sample
    {
      .numpy(
        NumpyValue(
          typeName: type, shape: shape, isFortranOrder: fortran, isBigEndian: big, bytes: bytes,
          module: "numpy.core.multiarray"))
    }
    func config(_ name: String, _ content: Sample) -> Sample {
      .object(
        GlobalName("omegaconf.\(name.lowercased())", Text(name)), ["_metadata": .none, "_content": content])
    }
    func any(_ value: Sample) -> Sample { .object(GlobalName("omegaconf.nodes", "AnyNode"), ["_val": value]) }
    var document = Sample.dict([
      "lr": numpy("f8", [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]), "steps": numpy("i2", [0xFF, 0xFE], big: true),
      "big": numpy("u8", [UInt8](repeating: 0xFF, count: 8)), "flag": numpy("b1", [1]),
      "table": numpy("i2", [0, 1, 0, 2, 0, 3, 0, 4], shape: [2, 2], big: true, fortran: true),
      "args": .object(
        GlobalName("argparse", "Namespace"),
        [
          "out": .call(
            GlobalName("pathlib", "PosixPath"), [.string("/"), .string("a"), .string("b")])
        ]),
      "config": config(
        "DictConfig",
        .dict(["x": any(numpy("i1", [0x80])), "y": config("ListConfig", .list([any(.int(2))]))])),
      "when": .call(GlobalName("datetime", "datetime"), [.int(1)]), "plain": .int(1),
    ]).document
    let report = try document.edit("plain")[0]
    func node(_ path: Text) throws -> Node { document[try #require(document.node(at: ValuePath(path)))] }
    guard case .float(1) = try node("lr"), case .int(-2) = try node("steps"),
      case .bool(true) = try node("flag"),
      case .string("/a/b") = try node("args/out"), case .int(-128) = try node("config/x"),
      case .int(2) = try node("config/y/0"), case .long(let big) = try node("big")
    else {
      Issue.record("a value is not plain: \(report)")
      return
    }
    #expect(big == [UInt8](repeating: 0xFF, count: 8) + [0])
    let table = try #require(document.tensor("table"))
    #expect(table.dtype == .int16 && table.shape == [2, 2] && table.strides == [1, 2])
    guard case .memory(let bytes) = document[table.storage].bytes else { return }
    #expect(bytes == [1, 0, 2, 0, 3, 0, 4, 0])
    #expect(report.notes == ["1 of datetime.datetime have no plain form and were left"])
    #expect(report.changes.first == .init(.replaced, from: "lr", to: "lr", detail: "numpy.float64 -> float"))
    #expect(try document.edit("drop when\nplain")[1].notes == ["everything was plain already"])
  }
}
