// SPDX-License-Identifier: Apache-2.0

/// What is known to run code, or to reach files, the network or other objects. It only changes the word for a finding:
/// so it may go by package, and what it lacks is a finding all the same.
enum DangerousGlobals {
  static func contains(_ global: GlobalName) -> Bool {
    if packages.contains(global.module.prefix(before: ".")) { return true }
    if ["builtins", "__builtin__", "__builtins__"].contains(global.module) {
      // A dotted name walks on from one object to another: `getattr.__self__`.
      return builtins.contains(global.name.prefix(before: "."))
    }
    if names[global.module]?.contains(global.name.prefix(before: ".")) == true { return true }
    return modules.contains { global.module == $0 || global.module.hasPrefix($0 + ".") }
  }

  /// Packages of which no name belongs in a checkpoint, but for what is in the list of harmless names.
  private static let packages: Set<Text> = [
    // Processes and the machine.
    "commands", "nt", "ntpath", "os", "pexpect", "pipes", "platform", "popen2", "posix", "posixpath", "pty",
    "resource", "signal", "subprocess", "sys", "sysconfig", "syslog", "tty", "_aix_support", "_osx_support",
    "_posixshmem", "_posixsubprocess", "_signal", "_winapi", "winreg", "_winreg", "msvcrt",
    "antigravity",
    // Threads and other processes, which run what they are given.
    "asyncio", "_asyncio", "atexit", "concurrent", "_interpreters", "_interpqueues", "multiprocessing",
    "_multiprocessing", "sched", "_thread", "threading", "_xxsubinterpreters",
    // Code, and what runs it.
    "bdb", "cProfile", "_lsprof", "cmd", "code", "codeop", "compileall", "doctest", "hotshot", "idlelib",
    "lib2to3", "_pyrepl", "pdb", "profile", "py_compile", "pydoc", "rlcompleter", "runpy", "symtable", "test",
    "timeit", "trace", "types", "unittest", "IPython", "ipykernel", "pytest", "_pytest", "nose",
    "_testcapi", "_testinternalcapi", "jinja2", "numexpr",
    // Modules by name, objects through objects.
    "ensurepip", "_frozen_importlib", "_frozen_importlib_external", "functools", "_functools", "gc", "imp",
    "_imp", "importlib", "inspect", "operator", "_operator", "pip", "pkg_resources", "pkgutil", "setuptools",
    "distutils", "site", "venv", "zipimport",
    // Pickles within pickles, and other forms that make objects.
    "cloudpickle", "cPickle", "dill", "joblib", "jsonpickle", "marshal", "pickle", "_pickle", "pickletools",
    "shelve", "yaml", "_yaml",
    // Foreign code and memory.
    "_cffi_backend", "cffi", "ctypes", "_ctypes", "mmap",
    // Files.
    "bz2", "_bz2", "dbm", "_dbm", "_gdbm", "fcntl", "filecmp", "fileinput", "glob", "gzip", "io", "_io",
    "linecache", "lzma", "_lzma", "mailbox", "netrc", "pyclbr", "shutil", "sqlite3", "_sqlite3",
    "tarfile", "tempfile", "tokenize", "zipfile",
    // The network.
    "aiohttp", "boto3", "botocore", "cgi", "fabric", "fsspec", "ftplib", "http", "httpcore", "httplib",
    "httpx",
    "huggingface_hub", "imaplib", "invoke", "nntplib", "paramiko", "poplib", "requests", "select",
    "selectors",
    "smtpd", "smtplib", "socket", "_socket", "socketserver", "ssl", "_ssl", "telnetlib", "turtle", "urllib",
    "urllib2", "urllib3", "webbrowser", "websocket", "websockets", "wsgiref", "xmlrpc", "xmlrpclib",
  ]

  /// The builtins of Python 2 and 3 that run code, open files, or reach into objects.
  private static let builtins: Set<Text> = [
    "__build_class__", "__import__", "apply", "breakpoint", "compile", "delattr", "dir", "eval", "exec",
    "execfile", "exit", "file", "filter", "getattr", "globals", "hasattr", "help", "input", "locals", "map",
    "memoryview", "open", "quit", "raw_input", "reduce", "reload", "setattr", "super", "type", "vars",
  ]

  /// Names of modules that hold much else. A dotted name that begins with one of them walks on from it.
  private static let names: [Text: Set<Text>] = [
    "argparse": ["FileType"],
    "_codecs": ["lookup", "register"], "codecs": ["open", "register", "lookup"],
    "collections": ["namedtuple"],
    "copyreg": ["add_extension", "constructor", "pickle", "remove_extension"],
    "copy_reg": ["add_extension", "constructor", "pickle", "remove_extension"],
    "dataclasses": ["make_dataclass"],
    "logging": ["FileHandler", "basicConfig"],
    "numpy": [
      "DataSource", "fromfile", "fromregex", "genfromtxt", "load", "loadtxt", "memmap", "save", "savetxt",
      "savez", "savez_compressed", "vectorize",
    ],
    "numpy.core": ["_ufunc_reconstruct", "memmap"], "numpy._core": ["_ufunc_reconstruct", "memmap"],
    "numpy.core.multiarray": ["fromfile"], "numpy._core.multiarray": ["fromfile"],
    "omegaconf": ["OmegaConf"], "omegaconf.omegaconf": ["OmegaConf"],
    "omegaconf._utils": ["_get_class", "_resolve_forward"],
    "pandas": ["eval", "read_pickle"], "sympy": ["parse_expr", "sympify"],
    "torch": ["compile", "import_ir_module", "load", "save"],
    "torch._C": [
      "CompilationUnit", "FileCheck", "PyTorchFileReader", "PyTorchFileWriter", "ScriptModule",
      "_import_ir_module_from_package", "import_ir_module", "import_ir_module_from_buffer",
    ],
    "torch._ops": ["_Classes", "_OpNamespace", "_Ops"],
    "torch.nn.cpp": ["ModuleWrapper", "OrderedDictWrapper"],
    "torch.nn.parallel.distributed": ["DistributedDataParallel"],
    "torch.serialization": [
      "_legacy_load", "_load", "_open_file", "_open_zipfile_reader", "_open_zipfile_writer",
      "_open_zipfile_writer_file", "add_safe_globals", "load", "save",
    ],
    "torch.storage": ["_load_from_bytes"],
    "typing": ["ForwardRef", "get_type_hints"],
    "uuid": ["_get_command_stdout", "_popen"],
    "weakref": ["finalize"],
  ]

  /// Parts of large packages that run code, or reach files and other machines.
  private static let modules: [Text] = [
    "logging.config", "logging.handlers",
    "numpy.ctypeslib", "numpy.distutils", "numpy.f2py", "numpy.lib", "numpy.testing",
    "pandas.core.computation",
    "pandas.io", "sympy.parsing", "torch._C._distributed_c10d", "torch._C._distributed_rpc", "torch._dynamo",
    "torch._export", "torch._inductor", "torch._lazy", "torch.classes", "torch.distributed.distributed_c10d",
    "torch.distributed.elastic",
    "torch.distributed.launcher", "torch.distributed.nn", "torch.distributed.rendezvous",
    "torch.distributed.rpc",
    "torch.distributed.run", "torch.export", "torch.fx", "torch.hub", "torch.jit", "torch.multiprocessing",
    "torch.onnx", "torch.ops", "torch.package",
    "torch.testing", "torch.utils._config_module", "torch.utils.bottleneck", "torch.utils.collect_env",
    "torch.utils.cpp_extension", "torch.utils.data.datapipes", "torch.utils.model_zoo",
    "torch.utils.serialization", "transformers.dynamic_module_utils",
  ]
}
