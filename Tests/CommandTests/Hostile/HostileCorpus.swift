// SPDX-License-Identifier: Apache-2.0

/// Inputs below a megabyte that ask for much more: each says how much by its size.
///
/// In a debug build, which is some thirty times slower, they are a thirtieth as large, so that what is linear stays within
/// the same seconds; what doubles or multiplies is beyond any bound at either size.
struct HostileCorpus {
  typealias Bytes = [UInt8]

  /// A file, or a folder of files.
  struct Input: Sendable {
    var name: String
    /// Made when it is wanted.
    var files: @Sendable () -> [(name: String, bytes: Bytes)]

    init(_ name: String, _ bytes: @autoclosure @escaping @Sendable () -> Bytes) {
      self.name = name
      files = { [("", bytes())] }
    }

    init(folder name: String, _ files: @escaping @Sendable () -> [(name: String, bytes: Bytes)]) {
      self.name = name
      self.files = files
    }
  }

  static let scale: Int = {
    #if DEBUG
      30
    #else
      1
    #endif
  }()

  private static func count(_ count: Int) -> Int { max(count / scale, 100) }

  static let all: [Input] = pickles + shared + calls + archives + headers + folders

  private static func pickle(
    _ name: String, _ bytes: @autoclosure @escaping @Sendable () -> Bytes, storage: Int = 16
  )
    -> Input
  {
    Input(name + ".pt", HostileArchive.torch(bytes(), storage: Bytes(repeating: 0, count: storage)))
  }

  // MARK: Depth and width

  private static var pickles: [Input] {
    typealias P = HostilePickle
    let million = count(1_000_000)
    return [
      pickle(
        "dots",
        P.start + P.ascii("}") + P.text(String(repeating: ".", count: 20_000)) + P.tensor + P.ascii("s.")),
      pickle(
        "dotted",
        P.start + P.ascii("}") + P.text(String(repeating: "a.", count: 10_000) + "w") + P.tensor
          + P.ascii("s.")),
      pickle("deep-dicts", P.nested(million, open: P.ascii("}") + P.get(0), close: P.ascii("s"))),
      pickle("deep-lists", P.nested(million, open: P.ascii("]"), close: P.ascii("a"))),
      pickle("deep-tuples", P.start + P.ascii(")") + P.times(million, [0x85]) + P.ascii(".")),
      pickle("deep-calls", P.start + P.ascii("ca\nb\n") + P.times(million, P.ascii(")R")) + P.ascii(".")),
      pickle(
        "deep-dicts-with-a-tensor",
        P.start + P.text("k") + P.put(0) + P.ascii("0") + P.times(million / 3, P.ascii("}") + P.get(0))
          + P.tensor
          + P.times(million / 3, P.ascii("s")) + P.ascii(".")),
      pickle("empty-lists", P.list(50_000_000 / scale, P.ascii("]"))),
      pickle("fewer-empty-lists", P.list(count(500_000), P.ascii("]"))),
      pickle("nones", P.list(million, P.ascii("N"))),
      pickle("integers", P.start + P.ascii("](") + P.each(count(400_000)) { P.int($0) } + P.ascii("e.")),
      pickle(
        "long-integers",
        P.list(
          count(3000),
          [0x8B] + P.field(4000, 4) + Bytes(repeating: 0x7F, count: 4000))),
      pickle(
        "keys-with-one-beginning",
        P.start + P.ascii("}(")
          + P.each(count(60_000)) { P.text(String(repeating: "p", count: 200) + "\($0)") + P.ascii("N") }
          + P.ascii("u.")),
      pickle(
        "globals",
        P.start + P.ascii("](") + P.each(count(300_000)) { P.ascii("cm\($0)\nn\n") } + P.ascii("e.")),
      pickle("claims-two-gigabytes", P.start + P.ascii("X") + [0xFF, 0xFF, 0xFF, 0x7F] + P.ascii("abc.")),
      pickle(
        "optimizers",
        P.start + P.ascii("](")
          + P.each(count(20_000)) { _ in
            P.ascii("}(") + P.text("state") + P.ascii("}") + P.text("param_groups") + P.ascii("]u")
          }
          + P.ascii("e.")),
      Input("legacy-lists.pt", HostileArchive.legacy(P.list(count(900_000), P.ascii("]")))),
      Input(
        "legacy-deep.pt",
        HostileArchive.legacy(P.nested(count(450_000), open: P.ascii("]"), close: P.ascii("a")))),
      Input("many-pickles.pkl", P.times(count(400_000), P.ascii("N."))),
    ]
  }

  // MARK: What the memo holds once

  private static var shared: [Input] {
    typealias P = HostilePickle
    let million = count(1_000_000)
    let large = String(repeating: "x", count: 100_000)
    let wideKey =
      P.text(String(repeating: "y", count: 60)) + P.put(0)
      + P.each(4) { P.ascii("(") + P.times(63, P.get($0)) + P.ascii("t") + P.put($0 + 1) }
    let pairKey =
      P.ascii("K") + [1, 0x85] + P.put(0)
      + P.each(60) { P.ascii("0") + P.get($0) + P.get($0) + [0x86] + P.put($0 + 1) }
    return [
      pickle(
        "holds-itself",
        P.start + P.ascii("]") + P.put(0) + P.ascii("(") + P.times(million, P.get(0)) + P.ascii("e.")),
      pickle("doubling", P.doubling(P.ascii("N"))),
      pickle("doubling-a-tensor", P.doubling(P.tensor)),
      pickle("doubling-dicts-of-a-tensor", P.doublingDicts(P.tensor)),
      Input("legacy-doubling.pt", HostileArchive.legacy(P.doubling(P.ascii("N")))),
      pickle(
        "one-tensor-at-many-places",
        P.start + P.ascii("](") + P.tensor + P.put(0) + P.times(million, P.get(0)) + P.ascii("e.")),
      pickle(
        "one-tensor-under-many-names",
        P.start + P.tensor + P.put(0) + P.ascii("0}(") + P.each(count(300_000)) { P.text("\($0)") + P.get(0) }
          + P.ascii("u.")),
      pickle(
        "one-long-text",
        P.start + P.text(large) + P.put(0) + P.ascii("0](") + P.times(count(100_000), P.get(0))
          + P.ascii("e.")),
      pickle(
        "one-long-key",
        P.start + P.text(large) + P.put(0) + P.ascii("0](")
          + P.times(count(100_000), P.ascii("}") + P.get(0) + P.ascii("Ns")) + P.ascii("e.")),
      pickle(
        "one-long-integer",
        P.start + [0x8B] + P.field(20_000, 4) + Bytes(repeating: 0x7F, count: 20_000) + P.put(0)
          + P.ascii("0](")
          + P.times(count(100_000), P.get(0)) + P.ascii("e.")),
      pickle("key-of-tuples-of-tuples", P.start + wideKey + P.ascii("}") + P.get(4) + P.ascii("Ns.")),
      pickle(
        "tuples-as-keys-that-share-a-text",
        P.start + P.text(large) + P.put(0) + P.ascii("0}(")
          + P.each(count(60_000)) { P.get(0) + P.int($0) + [0x86] + P.ascii("N") } + P.ascii("u.")),
      pickle(
        "objects-as-keys-that-share-a-text",
        P.start + P.text(large) + [0x85] + P.put(0) + P.ascii("0cm\nA\n") + P.put(1) + P.ascii("0}(")
          + P.times(count(60_000), P.get(1) + P.get(0) + P.ascii("RN")) + P.ascii("u.")),
      pickle(
        "paths-as-keys-that-share-a-tuple",
        P.start + P.ascii("(") + P.times(count(60_000), P.ascii("N")) + P.ascii("t") + P.put(0)
          + P.ascii("0cpathlib\nPosixPath\n") + P.put(1) + P.ascii("0}(")
          + P.each(count(30_000)) { index in
            P.get(1) + P.text("\(index)") + [0x85] + P.ascii("R") + P.get(0) + [0x86] + P.ascii("N")
          } + P.ascii("u.")),
      pickle(
        "tuples-as-keys-that-share-an-integer",
        P.start + [0x8B] + P.field(2000, 4) + Bytes(repeating: 0x7F, count: 2000) + P.put(0) + P.ascii("0}(")
          + P.each(count(60_000)) { P.get(0) + P.int($0) + [0x86] + P.ascii("N") } + P.ascii("u.")),
      pickle("key-that-doubles", P.start + pairKey + P.ascii("0}") + P.get(60) + P.tensor + P.ascii("s.")),
    ]
  }

  // MARK: Calls that share their arguments

  private static var calls: [Input] {
    typealias P = HostilePickle
    let many = count(60_000)
    let encode = P.ascii("c_codecs\nencode\n") + P.put(1) + P.ascii("0")
    let new = P.ascii("cm\nA\n") + P.put(1) + P.ascii("0")
    let wide =
      P.ascii("}(") + P.each(count(30_000)) { P.text("k\($0)") + P.ascii("N") } + P.ascii("u") + P.put(2)
      + P.ascii("0")
    let groups =
      P.ascii("}(") + P.text("_parameters") + P.get(2) + P.text("_buffers") + P.ascii("}")
      + P.text("_modules")
      + P.ascii("}u") + P.put(3) + P.ascii("0")
    let pairs =
      P.ascii("](") + P.times(count(30_000), P.ascii("NN") + [0x86]) + P.ascii("e") + [0x85] + P.put(2)
      + P.ascii("0")
    let ordered = P.ascii("ccollections\nOrderedDict\n") + P.put(1) + P.ascii("0")
    let sizes =
      P.ascii("(") + P.times(count(100_000), P.ascii("K") + [1]) + P.ascii("t") + P.put(2) + P.ascii("0")
    let rebuild =
      P.ascii("ctorch._utils\n_rebuild_tensor_v2\n") + P.put(1) + P.ascii("0") + P.storage(4) + P.put(3)
      + P.ascii("0")
    @Sendable func calling(_ before: Bytes, _ call: Bytes) -> Bytes {
      P.start + before + P.ascii("](") + P.times(many, call) + P.ascii("e.")
    }
    return [
      pickle(
        "one-text-encoded-again",
        calling(
          encode + P.ascii("(") + P.text(String(repeating: "x", count: 100_000)) + P.text("latin1")
            + P.ascii("t") + P.put(2)
            + P.ascii("0"), P.get(1) + P.get(2) + P.ascii("R"))),
      pickle(
        "one-state-of-many-objects", calling(new + wide, P.get(1) + [0x29, 0x81] + P.get(2) + P.ascii("b"))),
      pickle(
        "one-state-of-many-modules",
        calling(new + wide + groups, P.get(1) + [0x29, 0x81] + P.get(3) + P.ascii("b"))),
      pickle(
        "one-list-of-many-dicts",
        calling(
          P.ascii("ccollections\nOrderedDict\n") + P.put(1) + P.ascii("0") + pairs,
          P.get(1) + P.get(2) + P.ascii("R"))),
      pickle(
        "one-size-of-many-tensors",
        calling(
          rebuild + sizes,
          P.get(1) + P.ascii("(") + P.get(3) + P.ascii("K\u{0}") + P.get(2) + P.get(2) + [0x89]
            + P.ascii("}tR"))),
      pickle(
        "one-size-that-is-none",
        calling(
          P.ascii("ctorch\nSize\n") + P.put(1) + P.ascii("0") + sizes, P.get(1) + P.get(2) + [0x85, 0x52])),
      pickle(
        "one-metadata-of-many-dicts",
        calling(
          ordered + P.ascii("}") + P.text("_metadata") + P.get(1) + P.ascii(")R(")
            + P.each(count(20_000)) { P.text("m\($0)") + P.ascii("N") } + P.ascii("us") + P.put(2)
            + P.ascii("0"),
          P.get(1) + P.ascii(")R") + P.get(2) + P.ascii("b"))),
      pickle(
        "one-value-of-much-metadata",
        P.start + ordered + P.ascii("](") + P.times(many, P.ascii("N")) + P.ascii("cm\nA\ne") + P.put(2)
          + P.ascii("0") + P.get(1) + P.ascii(")R(") + P.text("w") + P.tensor + P.ascii("u}")
          + P.text("_metadata")
          + P.get(1) + P.ascii(")R(") + P.each(count(30_000)) { P.text("m\($0)") + P.get(2) }
          + P.ascii("usb.")),
      pickle(
        "one-long-name-of-many-objects",
        P.start + P.text(String(repeating: "m", count: 100_000)) + P.text("A") + [0x93] + P.put(1)
          + P.ascii("0](") + P.times(many, P.get(1) + P.ascii(")R")) + P.ascii("e.")),
      pickle(
        "many-states-of-one-object",
        P.start + P.ascii("cm\nA\n)") + [0x81] + P.times(count(1_000_000), P.ascii("}b")) + P.ascii(".")),
      pickle(
        "module-of-modules-twice",
        P.start + P.ascii("cm\nA\n") + P.put(200) + P.ascii("0")
          + P.each(60) { index in
            let below =
              index == 0
              ? []
              : P.ascii("(") + P.text("a") + P.get(index - 1) + P.text("b") + P.get(index - 1) + P.ascii("u")
            return P.get(200) + [0x29, 0x81] + P.ascii("}(") + P.text("_parameters") + P.ascii("}")
              + P.text("_buffers")
              + P.ascii("}") + P.text("_modules") + P.ascii("}") + below + P.ascii("ub") + P.put(index)
              + P.ascii("0")
          } + P.get(59) + P.ascii(".")),
      pickle("views", views(count(100_000)), storage: 16 * count(100_000)),
    ]
  }

  /// Every second float of one storage is a tensor.
  private static func views(_ number: Int) -> Bytes {
    typealias P = HostilePickle
    return P.start + P.storage(4 * number) + P.put(1) + P.ascii("0ctorch._utils\n_rebuild_tensor_v2\n")
      + P.put(2)
      + P.ascii("0K") + [1, 0x85] + P.put(4) + P.ascii("0}(")
      + P.each(number) { index in
        P.text("k\(index)") + P.get(2) + P.ascii("(") + P.get(1) + P.int(2 * index) + P.get(4) + P.get(4) + [
          0x89
        ]
          + P.ascii("}tR")
      } + P.ascii("u.")
  }

  // MARK: Containers

  private static var archives: [Input] {
    @Sendable func zeros() -> Bytes { Bytes(repeating: 0, count: (1 << 30) / scale) }
    let members = count(9000)
    return [
      pickle("zeros", zeros()),
      Input("zeros.npz", HostileArchive.zip([("a.npy", zeros())])),
      Input(
        "members.pt",
        HostileArchive.zip(
          [("a/data.pkl", [0x80, 2, 0x7D, 0x2E]), ("a/version", Array("3\n".utf8))]
            + (0..<members).map { ("a/\($0)", []) }, stored: true)),
      Input(
        "members.npz",
        HostileArchive.zip(
          (0..<members / 2).map { ("k\($0).npy", HostileArchive.npy("'<f4'", shape: "()")) }, stored: true)),
    ]
  }

  private static var headers: [Input] {
    let tensor = #"{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"#
    let names = (0..<count(15_000)).map { "\"\($0)\":\(tensor)" }.joined(separator: ",")
    let dots = (1...count(1300)).map { "\"\(String(repeating: ".", count: $0))\":\(tensor)" }.joined(
      separator: ",")
    let texts = (0..<count(80_000)).map { "\"\($0)\":\"\"" }.joined(separator: ",")
    let ones = String(repeating: "1,", count: count(400_000))
    return [
      Input("names.safetensors", HostileArchive.safetensors("{\(names)}")),
      Input("dotted-names.safetensors", HostileArchive.safetensors("{\(dots)}")),
      Input("metadata.safetensors", HostileArchive.safetensors("{\"__metadata__\":{\(texts)}}")),
      Input(
        "deep-metadata.safetensors",
        HostileArchive.safetensors(
          "{\"__metadata__\":{\"a\":" + String(repeating: "[", count: 900_000) + "}}")),
      Input(
        "shape.safetensors",
        HostileArchive.safetensors(
          "{\"a\":{\"dtype\":\"F32\",\"shape\":[\(ones)1],\"data_offsets\":[0,4]}}", data: 4)),
      Input("deep.npy", HostileArchive.npy(String(repeating: "[", count: 500_000), shape: "()")),
      Input(
        "dimensions.npy",
        HostileArchive.npy("'<f4'", shape: "(" + String(repeating: "1,", count: 30_000) + ")")),
    ]
  }

  private static var folders: [Input] {
    typealias P = HostilePickle
    func metadata(_ path: Bytes) -> Input {
      let name = "ctorch.distributed.checkpoint.metadata\n"
      let pickle =
        P.start + P.ascii(name + "Metadata\n)") + [0x81] + P.ascii("}(") + P.text("state_dict_metadata")
        + P.ascii("}")
        + P.text("k") + P.ascii(name + "BytesStorageMetadata\n)") + [0x81] + P.ascii("s")
        + P.text("planner_data")
        + P.ascii("}") + P.text("k") + P.ascii("(") + path + P.ascii("ts") + P.text("storage_data")
        + P.ascii("}ub.")
      return Input(folder: "planner") { [(".metadata", pickle), ("__0_0.distcp", [])] }
    }
    let shards = (0..<count(30_000)).map { "\"\($0)\":\"\($0).safetensors\"" }.joined(separator: ",")
    return [
      metadata(P.text("k") + P.put(0) + P.times(50_000, P.get(0))),
      Input(folder: "shards") {
        [("model.safetensors.index.json", Array("{\"metadata\":{},\"weight_map\":{\(shards)}}".utf8))]
      },
    ]
  }
}
