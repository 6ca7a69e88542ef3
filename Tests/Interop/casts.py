# SPDX-License-Identifier: Apache-2.0
"""`cast` to float8 against PyTorch's own, bit for bit: every bfloat16, every float16, random float32 and float64.
What overflows is refused without `--allow-overflow`. Only for the newest PyTorch: 1.13 has no float8."""
import torch

TYPES = ["float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"]


def sources():
    patterns = torch.arange(-(1 << 15), 1 << 15, dtype=torch.int32).to(torch.int16)
    generator = torch.Generator().manual_seed(8)
    words = torch.randint(-(1 << 31), 1 << 31, (200_000,), generator=generator, dtype=torch.int64).to(torch.int32)
    near = torch.tensor([447.9, 448, 463.9, 464, 464.1, 480, 240, 247.9, 248, 57344, 61439, 61440, 1e-9, 0.0])
    edges = torch.cat([near, -near, torch.tensor([float("inf"), float("-inf"), float("nan")])])
    return {
        "bfloat16": patterns.view(torch.bfloat16), "float16": patterns.clone().view(torch.float16),
        "float32": torch.cat([words.view(torch.float32), edges]),
        "float64": torch.cat([words.view(torch.float32).double() * 1.0000001, edges.double()])}


def judge_casts(judge, folder):
    source, out = folder / "wide.pth", folder / "narrow.pth"
    values = sources()
    torch.save(values, source)
    for name in TYPES:
        dtype = getattr(torch, name)
        out.unlink(missing_ok=True)
        judge.exits(f"cast {name} of what overflows is refused", 4, "edit", source, "-o", out, f"cast {name}")
        judge.check(f"cast {name} that is refused writes nothing", not out.exists())
        if not judge.exits(f"cast {name}", 0, "edit", source, "-o", out, f"cast {name}", "--allow-overflow"):
            continue
        found = torch.load(out)
        for key, value in values.items():
            expected, got = value.to(dtype).view(torch.uint8), found[key].view(torch.uint8)
            # The bits of NaN are the type's; which of them, where it has several, is not compared.
            same = (expected == got) | (value.isnan() & found[key].float().isnan())
            wrong = (~same).nonzero()
            judge.check(f"cast {name} of {key}", wrong.numel() == 0, f"{wrong.numel()} codes, first of {value[wrong[:1]]}")
    for path in (source, out):
        path.unlink(missing_ok=True)
