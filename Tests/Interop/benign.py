# SPDX-License-Identifier: Apache-2.0
"""Usage: benign.py RESECT. `scan` finds nothing in what this PyTorch and numpy save of their own: every kind of
`fixtures/benign/make.py`, every layer, optimizer, schedule and distribution, in both forms of torch.save,
and tensors by pickle itself."""
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent / "../../fixtures/benign"))
import make  # noqa: E402
import torch  # noqa: E402

KINDS = {**make.KINDS, **make.MORE}


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        left_out = make.write(folder, "", KINDS)
        for file in list(pathlib.Path(folder).glob("*.pt")):
            value = torch.load(file, **({"weights_only": False} if torch.__version__[0] == "2" else {}))
            try:
                torch.save(value, file.with_suffix(".legacy"), _use_new_zipfile_serialization=False)
            except Exception:
                # The form before PyTorch 1.6 does not hold every kind of tensor.
                file.with_suffix(".legacy").unlink(missing_ok=True)
        make.write_pickled(folder, "")
        make.write_distributed(f"{folder}/distributed")
        files = [str(path) for path in pathlib.Path(folder).rglob("*") if path.is_file()]
        said = subprocess.run([program, "scan", folder], capture_output=True, text=True)
    for line in left_out:
        print(f"benign: PyTorch {torch.__version__} does not make {line}")
    if said.returncode or len(files) < 40:
        print(said.stdout + said.stderr)
    print(f"benign: {len(files)} files of PyTorch {torch.__version__}: exit {said.returncode}")
    return 1 if said.returncode or len(files) < 40 else 0


if __name__ == "__main__":
    sys.exit(main())
