// SPDX-License-Identifier: Apache-2.0

/// What a global that a pickle names would mean to a program that runs the pickle. Nothing here runs it.
public enum GlobalVerdict: String, Codable, Sendable, CaseIterable {
  /// PyTorch's `weights_only` unpickler resolves it by default.
  case byDefault = "default"
  /// A class of plain data, or of a network's structure, that old checkpoints hold: PyTorch asks before it loads it.
  case data
  /// It runs commands or code, or reaches files, the network or other objects.
  case dangerous
  /// Neither: a project's own class, or something else.
  case unknown

  package init(_ global: GlobalName) {
    let package = global.module.prefix(before: ".")
    if KnownGlobals.contains(global) {
      self = .byDefault
    } else if Self.isDangerous(global, package) {
      self = .dangerous
    } else {
      self = Self.isData(global, package) ? .data : .unknown
    }
  }

  /// Whether `scan` counts it: exit code 1.
  public var isFinding: Bool { self == .dangerous || self == .unknown }

  // MARK: Danger

  /// Packages of which no name belongs in a checkpoint.
  private static let dangerousPackages: Set<Text> = [
    "_io", "_pickle", "_posixsubprocess", "_thread", "aiohttp", "asyncio", "bdb", "cProfile", "cloudpickle",
    "cmd",
    "code", "codeop", "commands", "concurrent", "ctypes", "dill", "distutils", "ensurepip", "ftplib", "gc",
    "glob",
    "http", "httplib", "imaplib", "imp", "importlib", "inspect", "io", "joblib", "linecache", "marshal",
    "mmap",
    "multiprocessing", "nt", "ntpath", "os", "pdb", "pickle", "pip", "pkgutil", "platform", "poplib", "posix",
    "profile", "pty", "pydoc", "requests", "resource", "runpy", "setuptools", "shelve", "shutil", "signal",
    "smtplib", "socket", "socketserver", "sqlite3", "ssl", "subprocess", "sys", "tarfile", "telnetlib",
    "tempfile",
    "threading", "timeit", "trace", "tty", "turtle", "urllib", "urllib2", "venv", "webbrowser", "xmlrpc",
    "zipfile",
    "zipimport",
  ]

  /// The builtins of Python 2 and 3 that run code, open files, or reach into objects.
  private static let dangerousBuiltins: Set<Text> = [
    "__import__", "apply", "breakpoint", "compile", "delattr", "dir", "eval", "exec", "execfile", "file",
    "getattr",
    "globals", "hasattr", "input", "locals", "memoryview", "open", "reload", "setattr", "type", "vars",
  ]

  private static let dangerousNames: Set<GlobalName> = [
    GlobalName("functools", "partial"), GlobalName("functools", "reduce"),
    GlobalName("copyreg", "add_extension"),
    GlobalName("operator", "attrgetter"), GlobalName("operator", "itemgetter"),
    GlobalName("operator", "methodcaller"), GlobalName("torch", "load"),
    GlobalName("torch.serialization", "load"),
    GlobalName("torch", "compile"), GlobalName("numpy", "load"), GlobalName("numpy", "fromfile"),
    GlobalName("types", "CodeType"), GlobalName("types", "FunctionType"),
    GlobalName("logging.config", "listen"),
  ]

  /// Parts of large packages that run code or fetch files.
  private static let dangerousModules: [Text] = [
    "torch.hub", "torch.utils.model_zoo", "torch.utils.cpp_extension", "torch.utils.bottleneck",
    "torch._inductor",
    "torch._dynamo", "torch.distributed.rpc", "torch.package", "torch.jit.unsupported_tensor_ops",
    "numpy.testing", "numpy.f2py", "numpy.distutils", "test.support", "idlelib", "lib2to3", "unittest",
  ]

  private static func isDangerous(_ global: GlobalName, _ package: Text) -> Bool {
    if dangerousPackages.contains(package) || dangerousNames.contains(global) { return true }
    if ["builtins", "__builtin__", "__builtins__"].contains(global.module) {
      // A dotted name walks on from one object to another: `getattr.__self__`.
      return dangerousBuiltins.contains(global.name.prefix(before: "."))
    }
    return dangerousModules.contains { global.module == $0 || global.module.hasPrefix($0 + ".") }
  }

  // MARK: Data

  /// Classes of values under the names of Python 2 and 3. Protocols 0 to 2 write those of Python 2 from either: an
  /// empty `bytes` is a call of `__builtin__.bytes`.
  private static let plainBuiltins: Set<Text> = [
    "Ellipsis", "NotImplemented", "bool", "bytes", "dict", "float", "frozenset", "int", "list", "long",
    "object",
    "range", "slice", "str", "tuple", "unicode", "xrange",
  ]

  /// The array, its data type, and the classes of its elements, which settings name.
  private static let numpyClasses: Set<Text> = [
    "bool", "bool_", "bytes_", "cdouble", "clongdouble", "complex128", "complex64", "csingle", "datetime64",
    "double", "dtype", "float16", "float32", "float64", "half", "int16", "int32", "int64", "int8", "intc",
    "intp",
    "longdouble", "longlong", "matrix", "ndarray", "object_", "short", "single", "str_", "timedelta64",
    "ubyte",
    "uint16", "uint32", "uint64", "uint8", "uintc", "uintp", "ulonglong", "unicode_", "ushort", "void",
  ]

  private static let dataNames: [Text: Set<Text>] = [
    "argparse": ["Namespace"],
    "array": ["_array_reconstructor", "array"],
    "builtins": plainBuiltins, "__builtin__": plainBuiltins,
    "UserDict": ["IterableUserDict", "UserDict"], "UserList": ["UserList"], "UserString": ["UserString"],
    "collections": ["ChainMap", "UserDict", "UserList", "UserString", "defaultdict", "deque"],
    "copy_reg": ["_reconstructor"], "copyreg": ["_reconstructor", "__newobj__"],
    "datetime": ["date", "datetime", "time", "timedelta", "timezone"],
    "decimal": ["Decimal"], "fractions": ["Fraction"], "uuid": ["UUID"],
    "numpy": numpyClasses,
    "numpy.core.multiarray": ["_reconstruct", "scalar"],
    "numpy._core.multiarray": ["_reconstruct", "scalar"],
    "numpy.core.numeric": ["_frombuffer"], "numpy._core.numeric": ["_frombuffer"],
    "numpy._core._internal": ["_convert_to_stringdtype_kwargs"],
    "numpy.ma": ["MaskedArray"], "numpy.ma.core": ["MaskedArray", "_mareconstruct"],
    "numpy.matrixlib.defmatrix": ["matrix"],
    // The states of random generators, which training checkpoints hold.
    "numpy.random": ["RandomState", "Generator"],
    "numpy.random._pickle": ["__bit_generator_ctor", "__generator_ctor", "__randomstate_ctor"],
    "numpy.random._mt19937": ["MT19937"], "numpy.random._pcg64": ["PCG64", "PCG64DXSM"],
    "numpy.random._philox": ["Philox"], "numpy.random._sfc64": ["SFC64"],
    "numpy.random.bit_generator": ["SeedSequence", "__pyx_unpickle_SeedSequence"],
    "types": ["SimpleNamespace"],
  ]

  /// Classes of networks and settings, whose attributes are data: whole pickled modules, OmegaConf, TorchScript.
  private static let dataModules: [Text] = [
    "torch.nn.modules", "torch.nn.utils", "torch.jit._pickle", "torch._tensor", "torch.optim", "torch._C",
    "__torch__", "omegaconf", "pathlib", "numpy.dtypes",
  ]

  private static func isData(_ global: GlobalName, _ package: Text) -> Bool {
    if dataNames[global.module]?.contains(global.name) == true { return true }
    // A dotted name may leave the class that it begins with.
    guard !global.name.contains(".") else { return false }
    return dataModules.contains { global.module == $0 || global.module.hasPrefix($0 + ".") }
  }
}
