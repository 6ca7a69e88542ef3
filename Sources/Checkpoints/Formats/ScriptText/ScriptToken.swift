// SPDX-License-Identifier: Apache-2.0

/// One word of TorchScript's source, and where it stands.
struct ScriptToken {
  /// Words and signs of the language are their own spelling.
  enum Kind: String, CaseIterable {
    case name = "a name"
    case number = "a number"
    case string = "a text"
    case newline = "the end of a line"
    case indent = "the begin of a block"
    case dedent = "the end of a block"
    case end = "the end"
    /// What cannot be cut into words stands from here on.
    case fault = "what is no word"

    case def, `class`, `if`, `else`, elif, `while`, `for`, `return`, global, raise, assert, pass, with, `as`
    case `in`, `is`, and, or, not, `break`, `continue`, `import`
    case delete = "del"
    case isNot = "is not"
    case notIn = "not in"
    case none = "None"
    case noneType = "NoneType"
    case yes = "True"
    case no = "False"
    case ellipsis = "Ellipsis"

    case opens = "("
    case closes = ")"
    case opensList = "["
    case closesList = "]"
    case opensDict = "{"
    case closesDict = "}"
    case dot = "."
    case dots = "..."
    case comma = ","
    case colon = ":"
    case arrow = "->"
    case assigns = "="
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divides = "/"
    case divisor = "//"
    case power = "**"
    case modulo = "%"
    case matrix = "@"
    case bitAnd = "&"
    case bitOr = "|"
    case bitXor = "^"
    case bitNot = "~"
    case shiftsLeft = "<<"
    case shiftsRight = ">>"
    case less = "<"
    case more = ">"
    case atMost = "<="
    case atLeast = ">="
    case equal = "=="
    case unequal = "!="
    case adds = "+="
    case subtracts = "-="
    case multiplies = "*="
    case dividesBy = "/="
    case modulos = "%="
    case ands = "&="
    case ors = "|="
    case xors = "^="
    case shiftsLeftBy = "<<="
    case shiftsRightBy = ">>="
    case powers = "**="

    /// By spelling. Those that are no words of the language are spelled as no word can be.
    static let spelled = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })
  }

  var kind: Kind
  /// Its bytes in the member.
  var range: Range<Int>

  /// Between two expressions, of which it makes one; its result is no object of a class of the archive.
  var isBinary: Bool {
    switch kind {
    case .plus, .minus, .times, .divides, .divisor, .power, .modulo, .matrix, .bitAnd, .bitOr, .bitXor,
      .shiftsLeft,
      .shiftsRight, .less, .more, .atMost, .atLeast, .equal, .unequal, .in, .notIn, .is, .isNot, .and, .or:
      true
    default: false
    }
  }

  var isUnary: Bool {
    switch kind {
    case .minus, .times, .bitNot, .not: true
    default: false
    }
  }

  /// `+=` and its kind.
  var assignsAnew: Bool {
    switch kind {
    case .adds, .subtracts, .multiplies, .dividesBy, .modulos, .ands, .ors, .xors, .shiftsLeftBy,
      .shiftsRightBy,
      .powers:
      true
    default: false
    }
  }
}

/// Why source is not read on from a byte.
struct ScriptFault: Error {
  var reason: String
  var byte: Int
}
