# SPDX-License-Identifier: Apache-2.0
"""Usage: provenance_judge.py PROGRAMS. What --provenance writes, from an RDINO checkpoint to what training makes of its
backbone: in-toto's own package takes every statement, an implementation of RFC 8785 writes the same bytes, a DSSE envelope
is signed and checked, hashlib and PyTorch find the same digests of files and tensors."""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
import rfc8785
import torch
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from safetensors.torch import load_file
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner

programs = pathlib.Path(sys.argv[1]).resolve()
fixtures = pathlib.Path(__file__).resolve().parents[2] / "fixtures"
MEDIA = "application/vnd.in-toto+json"


def run(folder, *words):
    program, *rest = words
    done = subprocess.run([programs / program, *map(str, rest)], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tensor_digest(tensor):
    return hashlib.sha256(tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()).hexdigest()


def tensors(path):
    """Keys and tensors of a flat file, by the library of its format."""
    if path.is_dir():
        return tensors(path / "embedding_model.ckpt")
    if path.suffix == ".safetensors":
        return load_file(path)
    if path.suffix == ".npz":
        with numpy.load(path) as arrays:
            return {key: torch.from_numpy(numpy.atleast_1d(arrays[key])) for key in arrays}
    return torch.load(path, weights_only=True)


def check_form(path):
    """in-toto, RFC 8785 and DSSE."""
    payload = path.read_bytes()
    message = json_format.Parse(payload, statement_pb2.Statement())
    Statement.copy_from_pb(message).validate()
    value = json.loads(payload)
    assert rfc8785.dumps(value) == payload, path
    signer = CryptoSigner.generate_ed25519()
    envelope = Envelope(payload, MEDIA, {})
    envelope.sign(signer)
    sent = Envelope.from_dict(json.loads(json.dumps(envelope.to_dict())))
    sent.verify([signer.public_key], 1)
    assert json.loads(sent.payload) == value
    forged = Envelope(payload.replace(b"sha256", b"sha255", 1), MEDIA, envelope.signatures)
    try:
        forged.verify([signer.public_key], 1)
    except VerificationError:
        return value
    raise AssertionError("a forged envelope was taken")


def check_digests(folder, value, lists):
    """Files, tensors and recordings."""
    predicate = value["predicate"]
    files = 0
    for file in value["subject"] + [file for one in predicate["inputs"] for file in one["files"]]:
        assert sha256(folder / file["name"]) == file["digest"]["sha256"], file["name"]
        files += 1
    for parent in [one["statement"] for one in predicate["inputs"] if "statement" in one]:
        assert sha256(folder / parent["name"]) == parent["digest"]["sha256"], parent["name"]
        assert json.loads((folder / parent["name"]).read_bytes())["subject"] == parent["subject"]
    for data in predicate.get("data", []):
        for file in data["lists"] + data["recordings"]:
            assert sha256(lists / file["name"]) == file["digest"]["sha256"], file["name"]
            files += 1
    count = 0
    for output in predicate["outputs"]:
        path = folder / output["name"]
        if path.is_dir() and not (path / "embedding_model.ckpt").exists() or path.suffix == ".pth" and "models" in path.parts:
            listed = json.loads(run(folder, "resect", "ls", path, "--hash", "--json"))["tensors"]
            known = {one["path"]: one["sha256"] for one in listed}
        else:
            known = {key: tensor_digest(value) for key, value in tensors(path).items()}
        stated = {tensor["path"]: tensor["sha256"] for tensor in output["tensors"]}
        if path.is_dir() and "models" in path.parts:
            stated = {key.split("/", 1)[1]: digest for key, digest in stated.items() if key.startswith("embedding_model/")}
            assert stated
        assert stated == known, (output["name"], set(stated) ^ set(known))
        count += len(stated)
    return files, count


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    train = fixtures / "train"
    (folder / "a.pth").write_bytes((fixtures / "checkpoints/rdino-tiny-torch1.13.pth").read_bytes())
    run(folder, "resect", "strip", "a.pth", "-o", "b.pth", "--provenance")
    run(folder, "resect", "edit", "b.pth", "-o", "half.pth", "cast float16 except **.num_batches_tracked", "--provenance")
    run(folder, "resect", "edit", "b.pth", "-o", "named.pth", "prefix é€😀.", "--provenance")
    run(folder, "resect", "convert", "half.pth", "-o", "half.npz", "--provenance")
    run(folder, "resect", "convert", "b.pth", "--to", "safetensors", "--shard-size", "40KB", "-o", "shards", "--provenance")
    run(folder, "resect", "convert", "b.pth", "--to", "dcp", "-o", "dcp", "--provenance")
    run(folder, "resect", "merge", "b.pth", "dcp", "-o", "m.pth", "--provenance")
    run(folder, "resect-train", "finetune", "--backbone", "b.pth", "--data", train / "train.csv", "--validate",
        train / "train.csv", "-o", "exp", "--crop-frames", 16, "--batch-size", 3, "--epochs", 2, "--save-every", 1,
        "--provenance")
    tuned = "exp/models/CKPT-EPOCH-2-00/embedding_model.ckpt"
    run(folder, "resect", "convert", tuned, "-o", "last.safetensors", "--provenance")
    statements = sorted(folder.glob("*.provenance.json"))
    assert len(statements) == 9, statements
    for path in statements:
        value = check_form(path)
        files, count = check_digests(folder, value, train)
        assert files and count, path
        run(folder, "resect", "verify", "--provenance", path.name, "--chain", "--among", train)
        text = path.read_text()
        assert str(folder) not in text and str(fixtures) not in text, path
    chain = json.loads(run(folder, "resect", "verify", "--provenance", "--chain", "last.safetensors.provenance.json", "--json"))
    assert [one["command"] for one in chain["statements"]] == ["convert", "finetune", "strip"], chain
    print(f"provenance: {len(statements)} statements by in-toto, RFC 8785, DSSE, hashlib and PyTorch")
