// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// What honest people save beside plain state dicts: `fixtures/benign/make.py`.
@Suite struct BenignTests {
  private static let files = FolderFiles(below: Fixtures.folder + "/benign").members.map(\.path)
    .filter { $0.hasSuffix(".pt") }

  @Test func `the files are there`() { #expect(Self.files.count > 20) }

  @Test(arguments: files) func `nothing is found in what PyTorch and numpy save of their own`(path: String)
    throws
  {
    let report = FileScan.report(of: [path])
    #expect(report.files[0].globals.count > 3)
    #expect(report.files[0].notExamined.map(\.message) == [] && report.files[0].findings.map(\.message) == [])
  }

  /// Storages are files of torch within it, which are looked at.
  @Test(arguments: 0...5, ["-torch1", "-torch2"])
  func `nothing is found in tensors by pickle itself`(protocol: Int, suffix: String) throws {
    let path = try Fixtures.path("benign/pickled-\(`protocol`)\(suffix).pkl")
    let file = FileScan.report(of: [path]).files[0]
    #expect(file.findings.map(\.message) == [] && file.notExamined.map(\.message) == [])
    #expect(file.verdict == .rebuild && file.members == 3)
    #expect(file.globals.contains { $0.name == "_load_from_bytes" && $0.verdict == .rebuild })
  }

  /// The names that only these files hold, each of its own verdict.
  @Test func `functions that make data anew are told from classes`() {
    let met = FileScan.report(of: Self.files).files.flatMap(\.globals)
    for name in ["torch.nn.functional.relu", "torch._utils._rebuild_nested_tensor", "torch._C._nn.gelu"]
      as [Text]
    {
      #expect(
        met.contains { GlobalName($0.module, $0.name).text == name && $0.verdict == .rebuild }, "\(name)")
    }
    for name in [
      "typing.Any", "torch.torch_version.TorchVersion", "torch.distributions.normal.Normal",
      "__builtin__.bytes",
      "omegaconf.dictconfig.DictConfig", "numpy.random._philox.Philox",
      "torch.nn.modules.module._WrappedHook",
    ] as [Text] {
      #expect(met.contains { GlobalName($0.module, $0.name).text == name && $0.verdict == .data }, "\(name)")
    }
  }

  /// Python 3.11 writes members of enumerations as attributes that are looked up.
  @Test func `the metadata of a distributed checkpoint names data alone`() throws {
    let bytes = try Fixtures.bytes("benign/distributed-torch2/.metadata")
    let examination = PickleExamination(.memory(bytes))
    let member = GlobalName(
      "torch.distributed.checkpoint.metadata", "_MEM_FORMAT_ENCODING.TORCH_CONTIGUOUS_FORMAT")
    #expect(examination.names.contains { $0.name == member })
    #expect(examination.names.filter { GlobalVerdict($0.name).isFinding }.map(\.name) == [])
    #expect(examination.oddities.isEmpty)
  }
}
