// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// What `--keep-removed` wrote gives the original back, whatever was done to it.
@Suite struct RestoringTests {
  private static let rdino = "checkpoints/rdino-tiny-torch1.13.pth"

  private static func open(_ fixture: String) throws -> Document {
    try Checkpoint.open(Fixtures.path(fixture))
  }

  @Test(arguments: [
    [], ["take teacher"], ["take teacher", "under module.backbone."], ["plain"], ["cast float16"], ["untie"],
    ["drop optimizer", "set epoch 7"],
    ["plain", "drop student/module.head.**", "drop teacher/module.head.**"],
    ["hollow"], ["take student", "prefix x.", "rename 'x.module.**' 'y.$1'"], ["keep student/**.bias"],
    ["plain", "take teacher", "unprefix module.backbone.", "cast float64", "untie"],
  ])
  func `a checkpoint of upstream comes back byte for byte after`(_ recipe: [String]) throws {
    try RestoringTrip(Self.open(Self.rdino), recipe).checkSame("\(recipe)")
  }

  @Test(arguments: [
    "checkpoints/od_legacy_113.pt", "checkpoints/x_adamw_215.pt", "checkpoints/coo113.pt",
    "checkpoints/skip_215.pt", "forms/big-endian.pt", "forms/complex.pt", "forms/attributes.pt",
    "forms/nested.pt", "forms/quantized-torch2.pt", "forms/sparse-torch2.pt", "forms/subclass-torch2.pt",
    "forms/tied-parts.pt", "forms/ancient.tar", "keys/plain.pth", "keys/objects.pth",
    "keys/numbers.pth", "keys/lightning.pth", "cli/files/numbers.pth",
  ])
  func `files of every kind come back`(_ fixture: String) throws {
    let document = try Self.open(fixture)
    try RestoringTrip(document, []).checkSame("\(fixture)")
    // The half of what can go.
    let leaves = try document.leaves.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    for leaf in leaves.prefix(6) {
      guard let trip = try? RestoringTrip(document, ["drop " + ShellWords.quoted(Pattern.literal(leaf))])
      else { continue }
      try trip.checkSame("\(fixture) without \(leaf)")
    }
  }

  /// A view of another shape or type that begins where a tensor begins is no tie.
  @Test(arguments: [["set note 7"], ["untie"], ["drop second"], ["drop first"]])
  func `views that begin at one byte come back`(_ recipe: [String]) throws {
    var document = Document(nodes: [])
    let bytes = (0..<24).map { UInt8($0) }
    let storage = document.add(Storage(name: "data/0", byteCount: 24, bytes: .memory(bytes)))
    let views: [(Text, DType, [Int])] = [
      ("first", .float32, [2]), ("second", .float32, [2, 3]), ("third", .float32, [6]),
      ("fourth", .int32, [6]), ("fifth", .float32, [6]),
    ]
    let entries = views.map { name, dtype, shape in
      Mapping.Entry(
        key: document.add(.string(name)),
        value: document.add(.tensor(TensorRecord(dtype: dtype, shape: shape, storage: storage))))
    }
    document.root = document.add(.mapping(Mapping(kind: .dict, entries: entries)))
    try RestoringTrip(document, recipe).checkSame("\(recipe)")
  }

  @Test func `strip keeps the heads under their names, and nothing that the backbone has`() throws {
    let folder = try TemporaryFolder()
    let original = try Self.open(Self.rdino)
    var strip = try Surgery(stripping: original)
    try strip.keepRemoved()
    try strip.write(to: folder("backbone.pth"), patch: folder("heads.pth"))
    let removed = try #require(strip.report.removed)
    #expect(removed.written == folder("heads.pth"))
    #expect(removed.bytes == (try File.bytes(at: folder("heads.pth"))).count)
    #expect(removed.tensors == strip.report.before.tensors - strip.report.after.tensors)
    #expect(removed.tensorBytes <= strip.report.before.bytes - strip.report.after.bytes)
    let patch = try Checkpoint.open(folder("heads.pth"))
    let was = try original.listing(matching: ["teacher/module.head.**"], hashing: true)
    let isNow = try patch.listing(matching: ["removed/teacher/module.head.**"], hashing: true)
    #expect(isNow.tensors.map(\.path) == was.tensors.map { "removed/" + $0.path })
    #expect(isNow.tensors.map(\.sha256) == was.tensors.map(\.sha256))
    #expect(throws: CheckpointError(.nothingMatched, "")) {
      try patch.listing(matching: ["removed/teacher/module.backbone.**"])
    }
  }

  @Test func `other forms of the result give the original back too`() throws {
    let document = try Self.open(Self.rdino)
    let trip = try RestoringTrip(document, ["take teacher", "under module.backbone."])
    for (name, format) in [
      ("a.safetensors", WrittenFormat.safetensors), ("a.npz", .npz), ("a.pt", .torchLegacy), ("dcp", .dcp),
    ] {
      var convert = try Convert(Checkpoint.open(trip.result), to: format)
      try convert.write(to: trip.folder(name))
      let back = try trip.restored(from: trip.folder(name)).document
      #expect(try back.compared(with: document).equal, "\(name)")
    }
    var convert = try Convert(
      document, to: .safetensors, options: .init(keepsOpaque: true, dropsValues: true))
    try convert.keepRemoved()
    try convert.write(to: trip.folder("b.safetensors"), patch: trip.folder("b.rest"))
    let back = try trip.restored(from: trip.folder("b.safetensors"), patch: trip.folder("b.rest")).document
    #expect(try back.compared(with: document).equal)
  }

  @Test func `ties, views with gaps, strides and Parameters come back`() throws {
    var document = Document()
    let bytes = (0..<96).map { UInt8($0) }
    let storage = document.add(Storage(name: "data/0", byteCount: 96, bytes: .memory(bytes)))
    func add(_ shape: [Int], _ strides: [Int], _ offset: Int, _ dtype: DType = .float32) -> NodeID {
      document.add(
        .tensor(
          TensorRecord(
            dtype: dtype, shape: shape, strides: strides, offset: offset, storage: storage,
            requiresGrad: dtype == .float32, isParameter: offset == 0)))
    }
    let tensors = [
      ("a", add([2, 3], [1, 2], 0)), ("b", add([3], [2], 6)), ("c", add([2, 2], [1, 1], 12)),
      ("d", add([5], [0], 15)), ("e", add([3], [1], 8, .float64)), ("f", add([0, 2], [2, 1], 0)),
    ]
    let tied = document.add(.tuple([tensors[0].1, tensors[1].1]))
    var state = StateDict(kind: .orderedDict, entries: [:])
    for (key, node) in tensors { state.entries[Text(key)] = node }
    let model = document.add(.stateDict(state))
    document.root = document.add(
      .mapping(
        Mapping(
          kind: .dict,
          entries: [
            .init(key: document.add(.string("model")), value: model),
            .init(key: document.add(.string("tied")), value: tied),
          ])))
    for recipe in [
      [], ["drop tied"], ["take model"], ["keep model/a"], ["keep model/b"], ["keep model/e"], ["untie"],
      ["drop model/a"], ["untie", "drop model/e", "take model"], ["keep model/f model/a"],
    ] {
      try RestoringTrip(document, recipe).checkSame("\(recipe)")
    }
  }

  @Test func `random recipes on random documents are undone`() throws {
    var lottery = Lottery(11)
    var trips = 0
    for seed in 0..<120 {
      let document = RandomDocument(seed).document
      var recipe: [String] = []
      var edited = document
      for _ in 0..<Int.random(in: 1...4, using: &lottery) {
        let leaves = try edited.leaves
        guard let leaf = leaves.randomElement(using: &lottery) else { break }
        let literal = ShellWords.quoted(Pattern.literal(leaf))
        let folder = ValuePath(components: Array(ValuePath(leaf).components.dropLast())).text
        let line =
          [
            "drop \(literal)", "keep \(literal)", "take \(ShellWords.quoted(folder))", "cast float16",
            "untie",
            "prefix p.", "plain", "set \(ShellWords.quoted(leaf)) 3", "hollow",
            "rename \(literal) moved\(seed)", "drop '**.w0'", "cast float64 except '**.w1'",
          ].randomElement(using: &lottery) ?? "untie"
        if (try? edited.edit(line)) != nil { recipe.append(line) }
      }
      guard let trip = try? RestoringTrip(document, recipe) else { continue }
      trips += 1
      try trip.checkSame("seed \(seed): \(recipe)")
    }
    #expect(trips > 80)
  }
}
