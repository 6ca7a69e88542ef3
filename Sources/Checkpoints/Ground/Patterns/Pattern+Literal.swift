// SPDX-License-Identifier: Apache-2.0

extension Pattern {
  /// A pattern that matches one path and nothing else.
  static func literal(_ path: Text) -> Text {
    guard path.contains("*") || path.hasPrefix("re:") || path.isEmpty, let path = path.string else {
      return path
    }
    var expression = "re:"
    for scalar in path.unicodeScalars {
      if scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar), scalar != "_",
        scalar != "/"
      {
        expression += "\\"
      }
      expression.unicodeScalars.append(scalar)
    }
    return Text(expression)
  }
}
