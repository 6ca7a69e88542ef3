// SPDX-License-Identifier: Apache-2.0

/// What comes of calling a name, where that matters to who looks for what else would be named or loaded.
enum CallRole: Equatable {
  /// It loads bytes that it is given as a file of their own, whatever pickle that is.
  case loads
  /// It loads bytes that it is given as a file of torch: how a storage pickles itself outside of `torch.save`. That file is
  /// examined, so what comes of a call with bytes that stand in the pickle is told by what is in it.
  case loadsStorage
  /// It gives bytes: a copy, or letters turned back, as protocols before 3 write them.
  case encodes
  /// It looks an attribute up. Python 3.11 writes the members of enumerations so: `getattr(Color, 'RED')`.
  case looksUp
  /// It may give back one of its arguments, this one: what is done to the result is done to that.
  case gives(Int)
  /// It gives an object that takes any state itself, also one that counts as false for others: `(state, None)`.
  case givesStateful
  /// It gives a tuple.
  case givesTuple
  /// It makes a data type of numpy.
  case givesDataType
  /// It makes an object of a class without calling that, as protocols 0 and 1 write one.
  case reconstructs

  /// Whether one use of the name may be told by something else than the name: each use is counted.
  var isCounted: Bool { self == .looksUp || self == .loadsStorage }

  /// The role of a name; nil for nearly all.
  static func of(_ name: GlobalName) -> CallRole? { table[name] }

  /// The names that may give back one of their arguments.
  static var givers: Set<GlobalName> {
    Set(table.compactMap { if case .gives = $0.value { $0.key } else { nil } })
  }

  private static let table: [GlobalName: CallRole] = [
    GlobalName("torch.storage", "_load_from_bytes"): .loadsStorage,
    GlobalName("pickle", "loads"): .loads,
    GlobalName("_pickle", "loads"): .loads,
    GlobalName("cPickle", "loads"): .loads,
    GlobalName("dill", "loads"): .loads,
    GlobalName("dill._dill", "loads"): .loads,
    GlobalName("cloudpickle", "loads"): .loads,

    GlobalName("_codecs", "encode"): .encodes,
    GlobalName("builtins", "bytes"): .encodes,
    GlobalName("builtins", "bytearray"): .encodes,
    GlobalName("__builtin__", "bytes"): .encodes,
    GlobalName("__builtin__", "bytearray"): .encodes,

    GlobalName("builtins", "getattr"): .looksUp,
    GlobalName("__builtin__", "getattr"): .looksUp,

    GlobalName("torch.jit._pickle", "build_boollist"): .gives(0),
    GlobalName("torch.jit._pickle", "build_doublelist"): .gives(0),
    GlobalName("torch.jit._pickle", "build_intlist"): .gives(0),
    GlobalName("torch.jit._pickle", "build_tensor_from_id"): .gives(0),
    GlobalName("torch.jit._pickle", "build_tensorlist"): .gives(0),
    GlobalName("torch.jit._pickle", "restore_type_tag"): .gives(0),
    // Of the data type `object`, in numpy 1.
    GlobalName("numpy.core.multiarray", "scalar"): .gives(1),
    GlobalName("numpy._core.multiarray", "scalar"): .gives(1),
    GlobalName("numpy", "object_"): .gives(0),

    GlobalName("numpy.random._pickle", "__bit_generator_ctor"): .givesStateful,
    GlobalName("torch", "Size"): .givesTuple,
    GlobalName("numpy", "dtype"): .givesDataType,

    GlobalName("copyreg", "_reconstructor"): .reconstructs,
    GlobalName("copy_reg", "_reconstructor"): .reconstructs,
  ]
}
