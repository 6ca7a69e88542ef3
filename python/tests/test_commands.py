# SPDX-License-Identifier: Apache-2.0
"""Commands as functions, and every exception."""

import re
import subprocess
import sys
from pathlib import Path

import numpy
import pytest
import resect
import torch
from resect import errors

ROOT = Path(__file__).parents[2]
TRAINING = ROOT / "fixtures/checkpoints/rdino-tiny-torch2.15.pth"


def save(path, document):
    torch.save(document, path)
    return path


@pytest.fixture
def model(tmp_path):
    return save(tmp_path / "m.pt", {"a.w": torch.ones(2, 3), "a.b": torch.zeros(3), "head.w": torch.ones(1)})


def test_strip(tmp_path):
    assert "written" not in resect.strip(TRAINING, dry_run=True)
    report = resect.strip(TRAINING, tmp_path / "b.pth", branch="student")
    assert report["written"] == str(tmp_path / "b.pth")
    assert len(torch.load(tmp_path / "b.pth")) == len(resect.open(tmp_path / "b.pth")) > 0
    with pytest.raises(resect.WouldOverwrite):
        resect.strip(TRAINING, tmp_path / "b.pth")
    with pytest.raises(resect.AbsentBranch):
        resect.strip(TRAINING, dry_run=True, branch="uncle")
    with pytest.raises(resect.AlreadyBare):
        resect.strip(tmp_path / "b.pth", dry_run=True)
    with pytest.raises(resect.UnknownLayout):
        resect.strip(save(tmp_path / "c.pt", {"x": torch.ones(1)}), dry_run=True)


def test_edit(tmp_path, model):
    resect.edit(model, ["drop head.**", "unprefix a."], tmp_path / "e.pt", keep_removed=tmp_path / "r.pt")
    assert set(torch.load(tmp_path / "e.pt")) == {"w", "b"}
    resect.edit(tmp_path / "e.pt", [], tmp_path / "back.pt", restore=tmp_path / "r.pt")
    assert resect.diff(model, tmp_path / "back.pt")["equal"]
    with pytest.raises(resect.NothingMatched):
        resect.edit(model, ["drop nope"], dry_run=True)
    with pytest.raises(resect.Collision):
        resect.edit(model, ["rename a.w a.b"], dry_run=True)
    with pytest.raises(resect.EmptyResult):
        resect.edit(model, ["drop **"], dry_run=True)
    with pytest.raises(resect.Overflow) as raised:
        resect.edit(save(tmp_path / "o.pt", {"x": torch.tensor([1e9])}), ["cast float16"], tmp_path / "p.pt")
    assert raised.value.key == "x"
    assert not (tmp_path / "p.pt").exists()
    with pytest.raises(resect.WrongWords):
        resect.edit(model, ["jump"], dry_run=True)
    with pytest.raises(resect.WrongWords):
        resect.edit(model, ["drop head.**"])
    with pytest.raises(TypeError):
        resect.edit(model, "drop head.**", dry_run=True)


def test_convert_and_diff(tmp_path, model):
    from safetensors.numpy import load_file

    resect.convert(model, tmp_path / "m.safetensors")
    assert numpy.array_equal(load_file(tmp_path / "m.safetensors")["a.w"], numpy.ones((2, 3), "f"))
    assert resect.diff(model, tmp_path / "m.safetensors")["equal"] is True
    other = save(tmp_path / "n.pt", {"x.a.w": torch.ones(2, 3) + 1e-6, "x.a.b": torch.zeros(3), "x.head.w": torch.ones(1)})
    assert resect.diff(model, other, unprefix_b=["x."])["counts"]["different"] == 1
    assert resect.diff(model, other, unprefix_b=["x."], atol=1e-3)["equal"]
    resect.diff(model, other, html=tmp_path / "page.html")
    assert (tmp_path / "page.html").exists()
    with pytest.raises(resect.Unrepresentable):
        resect.convert(save(tmp_path / "c.pt", {"x": torch.ones(2, dtype=torch.complex128)}), tmp_path / "c.safetensors")
    with pytest.raises(resect.Unwritable):
        resect.convert(model, tmp_path / "no" / "folder.pt")


def test_merge(tmp_path):
    files = [save(tmp_path / f"{i}.pt", {"w": torch.full((2,), float(i))}) for i in range(3)]
    resect.merge(files, tmp_path / "mean.pt", weights=[0.5, 0.25, 0.25])
    assert torch.load(tmp_path / "mean.pt")["w"].tolist() == [0.75, 0.75]
    resect.merge(files[1:], tmp_path / "between.pt", method="lerp", t=0.5)
    assert resect.open(tmp_path / "between.pt")["w"].tolist() == [1.5, 1.5]


def test_scan(tmp_path, model):
    class Harm:
        def __reduce__(self):
            import os

            return os.system, ("true",)

    assert resect.scan(model)["files"][0]["findings"] == []
    both = resect.scan(model, save(tmp_path / "h.pt", {"x": Harm()}))["files"]
    assert [bool(each["findings"]) for each in both] == [False, True]


def test_unreadable_corrupt_unsupported(tmp_path, model):
    with pytest.raises(resect.Unreadable) as raised:
        resect.open(tmp_path / "none.pt")
    assert raised.value.file == str(tmp_path / "none.pt") and raised.value.code == "unreadable"
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes((8).to_bytes(8, "little") + b"{}}}}}}}")
    with pytest.raises(resect.Corrupt):
        resect.open(cut)
    (tmp_path / "text.txt").write_text("hello, world, this is no checkpoint\n")
    with pytest.raises(resect.Error):
        resect.open(tmp_path / "text.txt")


def test_every_code_has_a_class():
    source = (ROOT / "Sources/Checkpoints/Ground/Errors/CheckpointError.swift").read_text()
    codes = dict(re.findall(r'= Code\("([a-z-]+)", (\d)\)', source))
    assert set(codes) == set(errors.CLASSES) and len(codes) > 15
    for code, exit_code in codes.items():
        error = errors.from_json({"code": code, "message": "m", "file": "f", "key": "k\x1b", "byte": 7, "hint": "h", "member": "n"}, int(exit_code))
        assert isinstance(error, resect.Refused) == (exit_code == "4")
        assert (error.code, error.file, error.key, error.byte, error.hint, error.member) == (code, "f", "k\x1b", 7, "h", "n")
        assert str(error) == "f: n: byte 7: 'k\\x1b': m\n  try: h"
        assert getattr(resect, type(error).__name__) is type(error) and type(error).__doc__
    assert type(errors.from_json({"code": "of-tomorrow"}, 4)) is resect.Refused


def test_program_not_found(model, monkeypatch):
    monkeypatch.setenv("RESECT", "/nowhere/resect")
    with pytest.raises(resect.ProgramNotFound, match="nowhere"):
        resect.open(model)
    monkeypatch.delenv("RESECT")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(resect.ProgramNotFound, match="/nowhere"):
        resect.open(model)


def test_types():
    package = ROOT / "python/resect"
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir=/dev/null", package], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_examples_of_the_document(tmp_path, monkeypatch):
    text = (ROOT / "docs/python.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    assert len(blocks) > 1
    monkeypatch.chdir(tmp_path)
    (tmp_path / "checkpoint.pth").write_bytes(TRAINING.read_bytes())
    names = {}
    for block in blocks:
        exec(block, names)
