# SPDX-License-Identifier: Apache-2.0
"""scripts/floors.py on small trees: what it must find, and what it must let pass."""
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "scripts"))
import floors
import swift_names

FLOORS = "House\n  Ground/Text  words\n  Ground/Numbers  figures\n  Roof/Reports  what is printed\n"


class FloorsTests(unittest.TestCase):
    def faults(self, files, plan=FLOORS, but=""):
        """The faults in a repository of these files, without the remedy that all arrows share."""
        with tempfile.TemporaryDirectory() as root:
            page = f"# Floors\n\n```floors\n{plan}```\n\n```floors-but\n{but}```\n"
            for path, text in {"docs/architecture.md": page, **files}.items():
                os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            return [fault.replace(": " + floors.REMEDY, "") for fault in floors.faults(root)]

    def house(self, text="", numbers="", reports="", **more):
        """The faults of a house with one file in each room."""
        return self.faults({
            "Sources/House/Ground/Text/Word.swift": "struct Word { var letters = 0 }\n" + text,
            "Sources/House/Ground/Numbers/Figure.swift": "struct Figure {}\n" + numbers,
            "Sources/House/Roof/Reports/Report.swift": "struct Report { enum Line { case first } }\n" + reports,
        }, **more)

    def test_what_lies_below_may_be_named(self):
        self.assertEqual(self.house(reports="func f(_ w: Word) -> Figure { Figure() }"), [])

    def test_a_type_of_a_chapter_above(self):
        self.assertEqual(self.house(text="\nfunc f() { Report() }"), [
            "Sources/House/Ground/Text/Word.swift:3: Ground/Text names Report of Roof/Reports, a chapter above"])

    def test_a_type_of_a_room_above(self):
        self.assertEqual(self.house(text="let f: [Figure?]"), [
            "Sources/House/Ground/Text/Word.swift:2: Ground/Text names Figure of Ground/Numbers, a room above"])

    def test_an_extension_of_a_type_above(self):
        self.assertIn("names Report of", self.house(text="extension Report {}")[0])

    def test_a_nested_type_and_the_one_around_it_are_one_arrow(self):
        self.assertEqual(self.house(text="let l: Report.Line"), [
            "Sources/House/Ground/Text/Word.swift:2: Ground/Text names Report.Line of Roof/Reports, a chapter above"])

    def test_a_nested_type_without_the_one_around_it(self):
        self.assertIn("names Report.Line of", self.house(text="protocol P: Of { func f() -> Line }")[0])

    def test_a_name_means_the_nearest_type(self):
        self.assertEqual(self.house(text="extension Word { struct Report {}; func f() -> Report {} }"), [])

    def test_a_generic_parameter_is_no_type(self):
        for text in (
            "struct Box<Report> { var r: Report }\nextension Box { func g(_ r: Report) {} }",
            "func f<Report: P>(_ r: Report) -> Report where Report: Q { let x: Report = r }",
            "func f<Report>(_ b: () -> Int = { 3 }) { let x: Report }",
            "protocol P { associatedtype Report; var r: Report { get } }\nextension P { func f(_ r: Report) {} }",
        ):
            self.assertEqual(self.house(text=text), [], text)

    def test_a_word_of_the_language_behind_a_dot_is_a_name(self):
        self.assertIn("names Report of", self.house(text="func f() { a.struct\nReport.first }")[0])

    def test_a_parameter_of_one_function_hides_nothing_from_the_next(self):
        self.assertIn(":4: ", self.house(text="func f<Report>(_ r: Report) {}\n\nfunc g(_ r: Report) {}")[0])

    def test_a_member_of_an_extension(self):
        reports = "extension Word { var shout: Int { 1 }; static let loud = Word() }"
        self.assertIn("names shout of", self.house(text="func f(_ w: Word) { w.shout }", reports=reports)[0])
        self.assertIn("names loud of", self.house(text="let w: Word = .loud", reports=reports)[0])
        self.assertIn("names shout of", self.house(text="extension Word { func f() { shout } }", reports=reports)[0])
        self.assertIn("names loud of", self.house(text="extension Word { var l: Word { Self.loud } }", reports=reports)[0])

    def test_a_member_that_a_room_below_declares_too(self):
        reports = "extension Word { var shout: Int { 1 } }"
        numbers = "func f(_ w: Of) { w.shout }"
        self.assertEqual(self.house(text="struct Other { var shout = 1 }", numbers=numbers, reports=reports), [])
        named = self.house(text="struct Other { var shout = 1 }", numbers="let f = Word.shout", reports=reports)
        self.assertIn("names shout of", named[0])

    def test_a_member_that_a_file_keeps_to_itself(self):
        for reports in ("private extension Word { var shout: Int { 1 } }",
                        "extension Word { private func shout() {} }"):
            self.assertEqual(self.house(text="func f(_ w: Word) { w.shout }", reports=reports), [])
        self.assertEqual(len(self.house(
            text="func f(_ w: Word) { w.shout }", reports="extension Word { private(set) var shout: Int }")), 1)

    def test_an_initialiser_of_an_extension(self):
        reports = "extension Word { init(of report: Report, _ size: Int = 0) {} }"
        self.assertIn("names Word(of:) of", self.house(text="let w = Word(of: r)", reports=reports)[0])
        self.assertIn("names Word(of:_:) of", self.house(numbers="let w = Word.init(of: r, 2)", reports=reports)[0])
        self.assertEqual(self.house(numbers="let w = Word(letters: 2)", reports=reports), [])

    def test_a_free_function_and_a_variable(self):
        reports = "func shout(_ text: String) {}\nlet loudness = 3\nprivate let mine = 1"
        self.assertIn("names shout of", self.house(text='let a = { shout("") }', reports=reports)[0])
        self.assertIn("names loudness of", self.house(text="func f() { print(loudness) }", reports=reports)[0])
        for text in (
            "func f(shout: Int) { shout; mine }", "let a = { shout in shout }", "func f() { a = 1; b = 2; c = 3; d = 4; for shout in a { shout } }",
        ):
            self.assertEqual(self.house(text=text, reports=reports), [], text)

    def test_a_label_of_a_tuple_is_no_member_of_an_extension(self):
        reports = "extension Word { var shout: Int { 1 } }"
        self.assertEqual(self.house(text="func f(_ t: (shout: Int, whisper: Int)) { t.shout }", reports=reports), [])

    def test_a_member_that_may_be_of_a_type_of_swift_or_of_what_is_not_named(self):
        for name in floors.STANDARD:
            reports = f"extension Report {{ var {name}: Int {{ 1 }} }}"
            self.assertEqual(self.house(text=f"func f(_ w: [Word]) {{ w.{name} }}", reports=reports), [])
        reports = "struct Page { var lines = 1 }"
        self.assertEqual(self.house(text="func f(_ p: Of) { p.lines }", reports=reports), [])

    def test_strings_and_comments_are_no_code_but_interpolations_are(self):
        for text in (
            '// Report\n/* Report /* Report */ Report */', 'let a = "Report \\" Report"',
            'let a = #"Report \\(Report)"#', 'let a = """\n  Report "quoted" Report\n  """',
        ):
            self.assertEqual(self.house(text=text), [], text)
        for text in (
            'let a = "x \\(f("(", Report.y))"', 'let a = #"\\#(Report())"#', 'let a = """\n  \\(\n  Report())\n"""',
        ):
            self.assertEqual(len(self.house(text=text)), 1, text)

    def test_lines_are_counted_through_strings_and_comments(self):
        text = 'let a = """\n  x \\\n  \\(1)\n  """\n/*\n*/\nlet b: Report'
        self.assertIn("Word.swift:8: ", self.house(text=text)[0])

    def test_an_exception_and_one_that_is_none_any_more(self):
        but = "House/Ground/Text/Word.swift  Report  a word of the trade\n"
        self.assertEqual(self.house(text="let r: Report", but=but), [])
        self.assertIn("strike it out", self.house(but=but)[0])

    def test_rooms_and_the_plan_agree(self):
        files = {f"Sources/House/{name}.swift": "" for name in ("Ground/Text/Word", "Attic/Box", "A")}
        self.assertEqual(self.faults(files, plan="House\n  Ground/Text  words\n  Ground/Cellar  none\n"), [
            "Sources/House/A.swift: not among the floors of docs/architecture.md",
            "Sources/House/Attic: not among the floors of docs/architecture.md",
            "Sources/House/Ground/Cellar: docs/architecture.md has this room, and no file lies in it"])

    def test_a_target_that_is_not_in_the_plan(self):
        files = {"Sources/House/A/B.swift": "", "Sources/Shed/C.swift": "", "Sources/CShed/c.c": ""}
        self.assertEqual(self.faults(files, plan="House\n  A  all\n"), [
            "Sources/Shed: not among the floors of docs/architecture.md"])

    def test_a_target_that_is_not_there(self):
        self.assertEqual(self.faults({"Sources/House/A/B.swift": ""}, plan="House, on Cellar\n  A  all\n"), [
            "Sources/Cellar: docs/architecture.md has this target, and there is none"])

    def test_a_file_in_the_root_may_be_a_room(self):
        files = {"Sources/House/Rooms/Word.swift": "let m = Main()", "Sources/House/Main.swift": "struct Main {}"}
        self.assertEqual(self.faults(files, plan="House\n  Rooms  all\n  Main.swift  the door\n"), [
            "Sources/House/Rooms/Word.swift:1: Rooms names Main of Main.swift, a chapter above"])
        self.assertEqual(self.faults({"Sources/House/Main.swift": ""}, plan="House\n  .  one flat room\n"), [])

    def test_a_crowded_room(self):
        files = {f"Sources/House/Rooms/Word{index}.swift": "" for index in range(17)}
        self.assertIn("17 files", self.faults(files, plan="House\n  Rooms  all\n")[0])
        self.assertEqual(self.faults(files, plan="House\n  Rooms  [list] all\n"), [])

    def test_a_chapter_in_two_places(self):
        files = {f"Sources/House/{room}/{room[-1]}.swift": "" for room in ("A/B", "C/D", "A/E")}
        self.assertEqual(self.faults(files, plan="House\n  A/B  b\n  C/D  d\n  A/E  e\n"), [
            "Sources/House/A: its rooms do not stand together in docs/architecture.md"])

    def test_a_type_of_two_rooms(self):
        self.assertEqual(self.house(reports="struct Word {}"), [
            "Sources/House: Word is declared in Ground/Text and in Roof/Reports: give one of them another name"])
        self.assertEqual(self.house(reports="private struct Word {}\nstruct Other { struct Word {} }"), [])

    def test_a_target_stands_on_others(self):
        files = {
            "Sources/House/Rooms/Word.swift": "struct Word {}\nextension Word { var shout: Int { 1 } }",
            "Sources/Shop/Counter/Sale.swift": "let s: Word\nlet t = s.shout",
            "Sources/Shop/Office/Book.swift": "extension Word { var shout: Int { 2 } }",
        }
        plan = "House\n  Rooms  all\nShop{}\n  Counter  sales\n  Office  books\n"
        self.assertEqual(self.faults(files, plan=plan.format(", on House")), [])
        self.assertEqual(len(self.faults(files, plan=plan.format(""))), 1)

    def test_a_type_of_this_target_hides_one_of_another(self):
        files = {
            "Sources/House/Rooms/Word.swift": "struct Word {}",
            "Sources/Shop/Counter/Sale.swift": "let s: Word",
            "Sources/Shop/Office/Book.swift": "struct Word {}",
        }
        plan = "House\n  Rooms  all\nShop, on House\n  Counter  sales\n  Office  books\n"
        self.assertIn("names Word of Office", self.faults(files, plan=plan)[0])


class SwiftNamesTests(unittest.TestCase):
    def names(self, text, kind):
        return [declared.name for declared in swift_names.read(text).declared if declared.kind == kind]

    def test_members(self):
        text = ("enum E { case a, b(x: Int),\n c = 3\n case d\n"
                " var e: Int { let f = 1; return f }\n static func g() {} }")
        self.assertEqual(self.names(text, "member"), ["a", "b", "c", "d", "e", "g"])
        text = "struct S { let (a, b): (Int, Int)\n func == (l: S, r: S) {} }"
        self.assertEqual(self.names(text, "member")[:2], ["a", "b"])

    def test_a_switch_declares_nothing(self):
        self.assertEqual(self.names("enum E { func f() { switch self { case a: break } } }", "member"), ["f"])

    def test_braces_in_a_signature(self):
        text = "struct S { func f(_ b: () -> Int = { 3 }) { let x = 1 }\n var y = 2 }"
        self.assertEqual(self.names(text, "member"), ["f", "y"])

    def test_labels(self):
        read = swift_names.read(
            "struct S { init(_ a: A<B, C>, by b: Int = 3) {} }\nlet s = S(x[1, 2], by: f(c: 3))")
        self.assertEqual([d.labels for d in read.declared if d.kind == "init"], [("_", "by?")])
        self.assertEqual([u.labels for u in read.used if u.kind == "init" and u.name == "S"], [("_", "by")])


if __name__ == "__main__":
    unittest.main()
