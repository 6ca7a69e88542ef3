// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// What honest people save beside plain state dicts: `fixtures/benign/make.py`.
@Suite struct BenignTests {
  private static let files = FolderFiles(below: Fixtures.folder + "/benign").members.map(\.path)
    .filter { !$0.hasSuffix(".py") && !$0.hasSuffix(".distcp") }

  @Test func `the files are there`() { #expect(Self.files.count > 20) }

  @Test(arguments: files) func `nothing is found in what PyTorch and numpy save of their own`(path: String)
    throws
  {
    let report = FileScan.report(of: [path])
    #expect(report.files[0].globals.count > 3)
    #expect(report.files[0].notExamined.map(\.message) == [] && report.files[0].findings.map(\.message) == [])
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
}
