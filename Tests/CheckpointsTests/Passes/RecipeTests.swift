// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

struct RecipeTests {
  @Test func `a recipe is one pass a line with comments and quotes`() throws {
    let recipe = try Recipe(
      parsing: """
        # the backbone alone
        take teacher        # the average
          under 'module.backbone.'

        drop "fc.**" blocks.0\\ .x
        rename a \\
          b
        """)
    #expect(
      recipe.description == "take teacher\nunder module.backbone.\ndrop fc.** 'blocks.0 .x'\nrename a b")
  }

  @Test func `a recipe written in Swift prints as one written in text`() {
    let recipe = Recipe([
      .take("teacher"), .under("module.backbone."), .drop("fc.**"), .keep("a", "b c"),
      .rename("**.g", to: "$1.w"),
      .prefix("x."), .unprefix("y."),
    ])
    #expect(
      recipe.description
        == "take teacher\nunder module.backbone.\ndrop fc.**\nkeep a 'b c'\nrename **.g $1.w\nprefix x.\nunprefix y."
    )
  }

  @Test(arguments: [
    "take teacher", "under module.backbone.", "unprefix module.", "prefix encoder.", "keep fc.** 'a b'",
    "drop '#x'",
    "rename 're:(.+)\\\\.w' $1.b", "cast bfloat16", "cast float16 except **.running_* **.num", "untie",
    "set epoch 0", #"set note '{"a": "b c"}'"#, #"set note "\"it's\"""#, "plain",
  ]) func `every pass prints back to its line`(_ line: String) throws {
    let recipe = try Recipe(parsing: line)
    #expect(recipe.passes.count == 1)
    #expect(recipe.description == line)
  }

  @Test func `the passes of values are written in Swift too`() {
    let recipe = Recipe([.cast(.float16, except: "**.running_*"), .untie, .set("epoch", to: "0"), .plain])
    #expect(recipe.description == "cast float16 except **.running_*\nuntie\nset epoch 0\nplain")
  }

  @Test func `words of any characters survive printing and parsing`() throws {
    var random = SystemRandomNumberGenerator()
    let alphabet: [Unicode.Scalar] = [
      "a", ".", "/", " ", "\t", "\n", "\r", "'", "\"", "\\", "#", "$", "`", "*", "{", "\u{301}", "中", "~",
      ":",
    ]
    for _ in 0..<3000 {
      var words: [String] = ["drop"]
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        var word = "".unicodeScalars
        for _ in 0..<Int.random(in: 0...6, using: &random) {
          word.append(alphabet.randomElement(using: &random) ?? "a")
        }
        words.append(String(word))
      }
      let line = words.map(ShellWords.quoted).joined(separator: " ")
      let back = try ShellWords.lines(line).flatMap(\.words)
      #expect(back.map { Array($0.unicodeScalars) } == words.map { Array($0.unicodeScalars) }, "\(line)")
    }
  }

  struct Wrong: Sendable {
    var text: String
    var message: String
  }

  @Test(arguments: [
    Wrong(text: "tke teacher", message: "`tke` is not a pass\n  try: `take teacher`"),
    Wrong(
      text: "take teacher\n\nundr module.", message: "line 3: `undr` is not a pass\n  try: `under module.`"),
    Wrong(
      text: "under module",
      message:
        "a prefix ends with its dot and does not begin with one: `module`\n  try: `under module.`"),
    Wrong(
      text: "prefix ''",
      message: "a prefix ends with its dot and does not begin with one: ``\n  try: `prefix module.`"),
    Wrong(
      text: "take",
      message: "`take` takes `PATH`, but nothing follows\n  try: "
        + "a word with blanks in it needs quotes: `take 'a b'`"),
    Wrong(
      text: "rename a b c",
      message: "`rename` takes `FROM TO`, but 3 words follow\n  try: "
        + "a word with blanks in it needs quotes: `rename 'a b'`"),
    Wrong(
      text: "drop 'a",
      message: "line 1: a quote ' is not closed\n  try: close it, or write \\' where it stands for itself"),
    Wrong(
      text: "rename a.* b.$2",
      message:
        "`b.$2` names wildcard or group `$2`, but the pattern has one\n  try: the first is `$1`, the last `$1`"
    ),
    Wrong(
      text: "drop a.***",
      message:
        "`a.***` has 3 stars in a row\n  try: `*` stays inside one dotted component, `**` crosses dots"),
    Wrong(
      text: "take te*",
      message: "`take` takes one path, not a pattern\n  try: `take teacher`, or `keep PATTERN` for a pattern"),
  ]) func `wrong words say what is wrong and what is meant`(_ wrong: Wrong) {
    #expect {
      try Recipe(parsing: wrong.text)
    } throws: { error in
      let error = error as? CheckpointError
      return error?.code == .wrongWords && error?.description == wrong.message
    }
  }
}
