// SPDX-License-Identifier: Apache-2.0

/// What an expression of TorchScript stands for while it is compiled.
enum ScriptMeaning: Hashable {
  /// A value of a type.
  case value(ScriptTypes.ID)
  /// `torch`, which is `ops.aten`, or `ops.NAMESPACE`: what is named in it is an operator.
  case namespace(Text)
  /// `ops`.
  case namespaces
  /// An operator, which has been noted.
  case `operator`(Text)
  /// `__torch__.a.b`, so far: a part of the name of a class or function of the archive.
  case path(Text)
  /// A class of the archive, or one that PyTorch has in C++.
  case `class`(ScriptTypes.ID)
  /// A function or method of the archive, and what it gives.
  case function(ScriptTypes.ID)
  /// `CONSTANTS`.
  case constants
  /// A word that takes types or names for arguments.
  case form(ScriptForm)
}

/// What looks like a call and is not: its arguments are read otherwise.
enum ScriptForm: String {
  /// `annotate(Type, value)`, `unchecked_cast(Type, value)`, `uninitialized(Type)`.
  case annotate, unchecked_cast, uninitialized
  /// `isinstance(value, Type)` or a tuple of types.
  case isinstance
  /// `getattr(value, "name")`, `hasattr(value, "name")`.
  case getattr, hasattr
  /// `fork(function, arguments)`.
  case fork

  /// As PyTorch names what it compiles the form to.
  var name: Text {
    switch self {
    case .annotate: "prim::annotate"
    case .unchecked_cast: "prim::unchecked_cast"
    case .uninitialized: "prim::Uninitialized"
    case .isinstance: "prim::isinstance"
    case .getattr: "prim::GetAttr"
    case .hasattr: "prim::HasAttr"
    case .fork: "prim::fork"
    }
  }
}
