// SPDX-License-Identifier: Apache-2.0

/// The words that TorchScript knows without a prefix (`torch/csrc/jit/frontend/ir_emitter.cpp`, the table of
/// `Environment::getSugaredVar`; `torch/csrc/jit/serialization/import_source.cpp`).
enum ScriptWords {
  /// Words that an archive's code may not give another meaning: `__torch__ = x` would turn all that is read here.
  /// PyTorch's printer renames variables of these names.
  static let reserved: Set<Text> = [
    "torch", "ops", "__torch__", "CONSTANTS", "annotate", "unchecked_cast", "uninitialized", "fork",
    "getattr",
    "hasattr", "isinstance",
  ]

  static func meaning(of word: Text) -> ScriptMeaning? {
    switch word {
    case "torch": return .namespace("aten")
    case "ops": return .namespaces
    case "__torch__": return .path(word)
    case "CONSTANTS": return .constants
    case "inf", "nan", "infj", "nanj": return .value(.unknown)
    default: break
    }
    if let form = word.ascii.flatMap(ScriptForm.init) { return .form(form) }
    return builtins[word].map { .operator($0) }
  }

  /// Functions, and what each is compiled to. A magic method of the archive (`__len__`) that is called in its place is
  /// examined where it is defined.
  static let builtins: [Text: Text] = [
    "print": "prim::Print", "tuple": "prim::TupleConstruct", "float": "aten::Float", "int": "aten::Int",
    "complex": "aten::Complex", "bool": "aten::Bool", "str": "aten::str", "_to_tensor": "prim::NumToTensor",
    "len": "aten::len", "hex": "aten::hex", "oct": "aten::oct", "round": "aten::round", "hash": "aten::hash",
    "id": "prim::id", "min": "prim::min", "max": "prim::max", "abs": "prim::abs", "all": "aten::all",
    "any": "aten::any", "divmod": "aten::divmod", "sum": "aten::sum", "list": "prim::list",
    "dict": "prim::dict",
    "ord": "aten::ord", "chr": "aten::chr", "bin": "aten::bin", "pow": "aten::pow", "range": "prim::range",
    "zip": "prim::zip", "enumerate": "prim::enumerate", "rangelist": "prim::rangelist",
    "sorted": "aten::sorted",
    "AssertionError": "prim::RaiseException", "Exception": "prim::RaiseException",
  ]

  /// Attributes of a value that are operators of another name.
  static func attribute(_ name: Text) -> Text {
    switch name {
    case "tolist": "prim::tolist"
    case "type", "byte", "char", "double", "float", "cfloat", "cdouble", "int", "long", "short", "half":
      "aten::to"
    // Of an enumeration, which is of an archive's class.
    case "value": "prim::EnumValue"
    case "name": "prim::EnumName"
    default: "aten::\(name)"
    }
  }
}
