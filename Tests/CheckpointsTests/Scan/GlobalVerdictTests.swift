// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

@Suite struct GlobalVerdictTests {
  static let expected: [(Text, Text, GlobalVerdict)] = [
    ("collections", "OrderedDict", .byDefault), ("torch._utils", "_rebuild_tensor_v2", .byDefault),
    ("torch", "FloatStorage", .byDefault), ("builtins", "set", .byDefault),
    ("numpy.core.multiarray", "scalar", .data), ("argparse", "Namespace", .data),
    ("pathlib", "PosixPath", .data), ("torch.nn.modules.conv", "Conv1d", .data),
    ("omegaconf.dictconfig", "DictConfig", .data), ("__builtin__", "long", .data),
    ("os", "system", .dangerous), ("posix", "system", .dangerous), ("nt", "system", .dangerous),
    ("builtins", "eval", .dangerous), ("__builtin__", "eval", .dangerous),
    ("builtins", "getattr.__self__.eval", .dangerous), ("os.path", "join", .dangerous),
    ("subprocess", "Popen", .dangerous), ("importlib", "import_module", .dangerous),
    ("torch.hub", "load", .dangerous), ("numpy.testing._private.utils", "runstring", .dangerous),
    ("runpy", "_run_code", .dangerous), ("operator", "attrgetter", .dangerous),
    ("speakerlab.utils.config", "Config", .unknown), ("__main__", "Net", .unknown),
    ("torch.nn.modules.conv", "Conv1d.__init__.__globals__", .unknown), ("osmosis", "system", .unknown),
    ("argparse", "Namespace.__class__", .unknown), ("torch.hubs", "load", .unknown),
  ]

  @Test(arguments: expected) func `each global is what it is`(
    module: Text, name: Text, verdict: GlobalVerdict
  ) {
    #expect(GlobalVerdict(GlobalName(module, name)) == verdict)
  }
}
