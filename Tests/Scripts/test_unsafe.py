# SPDX-License-Identifier: Apache-2.0
"""scripts/unsafe.py on small trees: what it must find, and what it must let pass."""
import os
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "scripts"))
import unsafe


class UnsafeTests(unittest.TestCase):
    def faults(self, text, page):
        with tempfile.TemporaryDirectory() as root:
            file = pathlib.Path(root, "House/Floor.swift")
            file.parent.mkdir()
            file.write_text(text)
            return list(unsafe.faults(page, unsafe.counts(pathlib.Path(root))))

    def row(self, number, file="House/Floor.swift"):
        return f"| file | marks | here |\n|---|---|---|\n| `{file}` | {number} | it is bounded |\n"

    def test_what_is_said_passes(self):
        self.assertEqual(self.faults("let a = unsafe b[0]\nclass C: @unchecked Sendable {}\n", self.row(2)), [])

    def test_a_file_that_is_not_there_is_a_fault(self):
        self.assertEqual(len(self.faults("let a = unsafe b[0]\n", "")), 1)

    def test_more_or_less_than_is_said_is_a_fault(self):
        self.assertEqual(len(self.faults("let a = unsafe b[0]\n", self.row(2))), 1)
        self.assertEqual(len(self.faults("let a = unsafe b[unsafe c]\n", self.row(1))), 1)

    def test_a_row_for_what_is_safe_is_a_fault(self):
        self.assertEqual(len(self.faults("let a = 1\n", self.row(1))), 1)
        self.assertEqual(len(self.faults("let a = unsafe b\n", self.row(1) + self.row(1, "Gone.swift"))), 1)

    def test_two_rows_for_a_file_are_a_fault(self):
        self.assertEqual(len(self.faults("let a = unsafe b\n", self.row(1) * 2)), 1)

    def test_words_and_comments_do_not_count(self):
        text = '// unsafe\nlet a = "unsafe"\nlet unsafely = 1\nlet b = unsafe c\n'
        self.assertEqual(self.faults(text, self.row(1)), [])


if __name__ == "__main__":
    unittest.main()
