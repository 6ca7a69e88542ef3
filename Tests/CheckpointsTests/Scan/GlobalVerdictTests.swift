// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

@Suite struct GlobalVerdictTests {
  static let expected: [(Text, Text, GlobalVerdict)] = [
    ("collections", "OrderedDict", .byDefault), ("torch._utils", "_rebuild_tensor_v2", .byDefault),
    ("torch", "FloatStorage", .byDefault), ("builtins", "set", .byDefault),
    ("numpy.core.multiarray", "scalar", .rebuild), ("copyreg", "_reconstructor", .rebuild),
    ("torch.nn.functional", "relu", .rebuild), ("torch._utils", "_rebuild_sparse_csr_tensor", .rebuild),
    ("torch._utils", "_rebuild_nested_tensor", .rebuild), ("argparse", "Namespace", .data),
    ("pathlib", "PosixPath", .data), ("torch.nn.modules.conv", "Conv1d", .data), ("typing", "Any", .data),
    ("omegaconf.dictconfig", "DictConfig", .data), ("__builtin__", "long", .data),
    ("torch.torch_version", "TorchVersion", .data), ("torch.distributions.normal", "Normal", .data),
    ("torch.distributed.checkpoint.metadata", "Metadata", .data), ("types", "SimpleNamespace", .data),
    ("uuid", "UUID", .data), ("numpy.random._generator", "Generator", .data),
    ("os", "system", .dangerous), ("posix", "system", .dangerous), ("nt", "system", .dangerous),
    ("builtins", "eval", .dangerous), ("__builtin__", "eval", .dangerous),
    ("builtins", "getattr.__self__.eval", .dangerous), ("os.path", "join", .dangerous),
    ("subprocess", "Popen", .dangerous), ("importlib", "import_module", .dangerous),
    ("torch.hub", "load", .dangerous), ("numpy.testing._private.utils", "runstring", .dangerous),
    ("runpy", "_run_code", .dangerous), ("operator", "attrgetter", .dangerous),
    ("types", "CodeType", .dangerous), ("uuid", "_popen", .dangerous),
    ("torch.storage", "_load_from_bytes", .dangerous), ("numpy.core", "_ufunc_reconstruct", .dangerous),
    ("speakerlab.utils.config", "Config", .opaque), ("__main__", "Net", .opaque),
    ("torch.nn.modules.conv", "Conv1d.__init__.__globals__", .opaque), ("osmosis", "system", .opaque),
    ("argparse", "Namespace.__class__", .opaque), ("torch.hubs", "load", .opaque),
    ("__torch__", "Net", .opaque),
  ]

  @Test(arguments: expected) func `each global is what it is`(
    module: Text, name: Text, verdict: GlobalVerdict
  ) {
    #expect(GlobalVerdict(GlobalName(module, name)) == verdict)
  }

  @Test(
    "what a module of harmless classes imported is not theirs",
    arguments: [
      ("pathlib", "os"), ("pathlib", "attrgetter"), ("pathlib", "fnmatch"), ("pathlib", "PosixPath.unlink"),
      ("torch.nn.modules.container", "__builtins__"), ("torch.nn.modules.container", "eval"),
      ("torch.nn.modules", "container"), ("torch.nn.modules.module", "torch"), ("torch.nn.modules.rnn", "F"),
      ("torch.nn.modules.conv", "Linear"), ("torch.nn.modules.conv", "functools"), ("torch.nn", "Linear"),
      ("torch.nn.functional", "torch"), ("torch.nn.functional", "boolean_dispatch"),
      ("torch.nn.functional", "softmax"), ("torch.nn.utils.parametrize", "copyreg"),
      ("torch.optim.optimizer", "cast"), ("torch.optim.lr_scheduler", "types"), ("torch.optim.sgd", "torch"),
      ("torch.distributions.normal", "torch"), ("torch.distributions.kl", "_dispatch_kl"),
      ("torch._C", "PyTorchFileWriter"), ("torch._C", "import_ir_module"), ("torch._C._nn", "_parse_to"),
      ("torch._C._distributed_c10d", "TCPStore"), ("torch._tensor", "os"), ("torch._utils", "importlib"),
      ("omegaconf", "OmegaConf"), ("omegaconf.dictconfig", "copy"), ("omegaconf._utils", "_get_class"),
      ("numpy.dtypes", "sys"), ("numpy", "memmap"), ("numpy", "vectorize"), ("numpy.random._pickle", "sys"),
      ("torch.distributed.checkpoint.metadata", "os"), ("torch.torch_version", "Version"), ("typing", "cast"),
      ("typing", "ForwardRef"), ("collections", "namedtuple"), ("collections", "_sys"), ("uuid", "os"),
      ("uuid", "bytes_"), ("builtins", "__loader__"), ("", ""), ("torch.nn.modules.linear", ""),
    ] as [(Text, Text)])
  func namespace(module: Text, name: Text) {
    #expect(GlobalVerdict(GlobalName(module, name)).isFinding)
  }

  @Test func `no prefix of a name is harmless, and nothing that goes on from one`() {
    for (global, _) in HarmlessGlobals.names {
      for other in [
        GlobalName(global.module, global.name + ".__init__"), GlobalName(global.module, global.name + "\n"),
        GlobalName(global.module, global.name + " "), GlobalName(global.module + "." + global.name, "x"),
        GlobalName(global.module, ""), GlobalName(global.module + ".", global.name),
        GlobalName("x." + global.module, global.name),
      ] {
        #expect(GlobalVerdict(other).isFinding, "\(other)")
      }
    }
  }

  @Test func `in an archive of TorchScript its own classes are its own, and nobody else's`() {
    #expect(GlobalVerdict(GlobalName("__torch__.a", "Net"), inScript: true) == .data)
    #expect(GlobalVerdict(GlobalName("__torch__", "Net"), inScript: true) == .data)
    #expect(GlobalVerdict(GlobalName("__torch__s", "Net"), inScript: true) == .opaque)
    #expect(GlobalVerdict(GlobalName("a.__torch__", "Net"), inScript: true) == .opaque)
    #expect(GlobalVerdict(GlobalName("os", "system"), inScript: true) == .dangerous)
  }

  @Test func `danger is a finding, opaque is one, and nothing else`() {
    #expect(GlobalVerdict.allCases.filter(\.isFinding) == [.opaque, .dangerous])
    #expect(GlobalVerdict.allCases.map(\.rawValue) == ["default", "data", "rebuild", "opaque", "dangerous"])
  }
}
