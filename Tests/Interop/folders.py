# SPDX-License-Identifier: Apache-2.0
"""`resect convert` to and from 3D-Speaker's CKPT folders: recovered by upstream's rules, written out again in Python
from what docs/formats/3dspeaker.md says of them."""
import pickle
from collections import OrderedDict

import torch

import truth
from strips import like_upstream


class Cosine(torch.nn.Module):
    def __init__(self, rows, embedding):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.empty(rows, embedding))
        self.blocks = torch.nn.ModuleList()


class Linear(torch.nn.Module):
    def __init__(self, rows, embedding):
        super().__init__()
        self.blocks = torch.nn.ModuleList()
        self.nonlinear = torch.nn.ReLU(inplace=True)
        self.linear = torch.nn.Linear(embedding, rows)


class Counter:
    """Recovers from text, as upstream's objects with a `load` method do."""

    def load(self, path):
        self.epoch = int(path.read_text())


def metadata_of(folder):
    """`CKPT.yaml`, which PyYAML would read to the same: a word and a number a line."""
    found = {}
    for line in (folder / "CKPT.yaml").read_text().splitlines():
        name, value = line.split(": ")
        found[name] = float(value) if "." in value else int(value)
    return found


def recover(models, recoverables, epoch=None):
    """The newest folder by `unixtime`, or the one of an epoch; each object strictly from its file."""
    found = []
    for folder in sorted(models.iterdir()):
        if folder.name.startswith("CKPT") and (folder / "CKPT.yaml").exists():
            found.append((metadata_of(folder), folder))
    if epoch is not None:
        found = [(meta, folder) for meta, folder in found if meta["epoch"] == epoch]
    if not found:
        raise RuntimeError("no checkpoint to recover")
    meta, folder = max(found, key=lambda pair: pair[0]["unixtime"])
    for name, thing in recoverables.items():
        path = folder / f"{name}.ckpt"
        if not path.exists():
            raise RuntimeError(f"{path} is missing")
        if hasattr(thing, "load"):
            thing.load(path)
        else:
            thing.load_state_dict(truth.load(path, trusted=False), strict=True)
    return meta, folder


def same(judge, what, got, right):
    found = truth.difference(got, right)
    judge.check(what, found is None, found or "")


def bare_backbones(judge, sources, work):
    """(name, file, state dict) of backbones that `strip` takes out of self-supervised checkpoints."""
    for source in sources:
        out = work / f"backbone-{source.stem}.pth"
        if judge.exits(f"strip {source.name} for a folder", 0, "strip", source, "-o", out, "--force"):
            yield source.stem, out, truth.load(out, trusted=False)


def judge_fresh(judge, name, file, weights, work):
    width = weights["fc.conv.bias"].numel()
    for rows, module, words in [
        (7, Cosine, ["--classes", "7"]),
        (21, Cosine, ["--classes", "7", "--speed-perturbed"]),
        (5, Linear, ["--classes", "5", "--classifier", "linear", "--seed", "3"]),
    ]:
        what = f"3dspeaker {name} {' '.join(words)}"
        models = work / f"models-{name}-{rows}"
        models.mkdir()
        folder = models / "CKPT-EPOCH-0-00"
        again = models / "not-looked-at"
        words = ["convert", file, "--to", "3dspeaker", *words]
        if not judge.exits(what, 0, *words, "-o", folder):
            continue
        judge.exits(f"{what} again", 0, *words, "-o", again)
        for part in sorted(folder.iterdir()):
            judge.check(
                f"{what}: {part.name} is the same again", part.read_bytes() == (again / part.name).read_bytes())
        judge.check(f"{what}: names", sorted(p.name for p in folder.iterdir()) == [
            "CKPT.yaml", "classifier.ckpt", "embedding_model.ckpt", "epoch_counter.ckpt"])
        judge.check(f"{what}: yaml", (folder / "CKPT.yaml").read_text() == "epoch: 0\nunixtime: 0.0\n")
        judge.check(f"{what}: counter", (folder / "epoch_counter.ckpt").read_bytes() == b"0")
        network, classifier, counter = like_upstream(weights), module(rows, width), Counter()
        recoverables = {"embedding_model": network, "classifier": classifier, "epoch_counter": counter}
        for epoch in (None, 0):
            meta, where = recover(models, recoverables, epoch)
            judge.check(f"{what}: recovered", where == folder and meta["epoch"] == 0 and counter.epoch == 0)
        same(judge, f"{what}: backbone", truth.load(folder / "embedding_model.ckpt", trusted=False), weights)
        got = truth.load(folder / "classifier.ckpt", trusted=False)
        judge.check(f"{what}: an OrderedDict", type(got) is OrderedDict)
        own = module(rows, width).state_dict()
        judge.check(f"{what}: keys", list(got) == list(own))
        judge.check(
            f"{what}: _metadata", list(got._metadata.items()) == list(own._metadata.items()),
            truth.metadata_difference(got._metadata, own._metadata))
        matrix = got["weight" if module is Cosine else "linear.weight"]
        bound = (6 / (rows + width)) ** 0.5 if module is Cosine else (1 / width) ** 0.5
        judge.check(
            f"{what}: spread", float(matrix.abs().max()) <= bound and len(matrix.unique()) > matrix.numel() * 0.99
            and abs(float(matrix.std()) / (bound / 3 ** 0.5) - 1) < 0.25)
        for path in folder.glob("[ce][lm]*.ckpt"):
            judge.sound_archive(f"{what}: {path.name}", path)


def judge_back(judge, folder, work):
    """Upstream's own folder: to one file, to a folder again, and its parts against PyTorch."""
    what = f"3dspeaker {folder.name}"
    right = {
        "embedding_model": truth.load(folder / "embedding_model.ckpt"),
        "classifier": truth.load(folder / "classifier.ckpt"),
        "epoch_counter": int((folder / "epoch_counter.ckpt").read_text()),
        "CKPT": metadata_of(folder),
    }
    whole, backbone = work / "folder.pth", work / "part.pth"
    if judge.exits(f"{what} to torch", 0, "convert", folder, "-o", whole, "--force"):
        same(judge, f"{what} to torch", truth.load(whole, trusted=False), right)
    if judge.exits(f"{what}: strip", 0, "strip", folder, "-o", backbone, "--force"):
        same(judge, f"{what}: strip", truth.load(backbone, trusted=False), right["embedding_model"])
    for source in (folder, whole):
        models = work / f"again-{folder.name}-{source.stem}"
        models.mkdir()
        again = models / folder.name
        if not judge.exits(f"{what}: again", 0, "convert", source, "--to", "3dspeaker", "-o", again):
            continue
        network, counter = like_upstream(right["embedding_model"]), Counter()
        classifier = Cosine(*right["classifier"]["weight"].shape)
        meta, where = recover(
            models, {"embedding_model": network, "classifier": classifier, "epoch_counter": counter},
            right["epoch_counter"])
        judge.check(f"{what}: again: figures", meta == right["CKPT"] and counter.epoch == right["epoch_counter"])
        for name in ("embedding_model", "classifier"):
            same(judge, f"{what}: again: {name}", truth.load(where / f"{name}.ckpt", trusted=False), right[name])
        same(judge, f"{what}: again: classifier", classifier.state_dict(), right["classifier"])


def judge_newest(judge, folder, work):
    """Two folders beside each other: --unixtime decides, and the language recipes' label map stays."""
    models = work / "two"
    models.mkdir()
    labels = work / "with-labels"
    labels.mkdir()
    for path in folder.iterdir():
        (labels / path.name).write_bytes(path.read_bytes())
    (labels / "label_encoder.ckpt").write_bytes(pickle.dumps({"en": 0, "zh": 1}))
    (labels / "label_map.json").write_text('{"en": 0}\n')
    for name, time in (("CKPT-EPOCH-3-00", "20"), ("CKPT-EPOCH-3-01", "10.5")):
        judge.exits(
            f"3dspeaker {name} at {time}", 0, "convert", labels, "--to", "3dspeaker", "-o", models / name,
            "--unixtime", time)
    _, where = recover(models, {})
    judge.check("3dspeaker: the newest is taken", where.name == "CKPT-EPOCH-3-00")
    done = judge.run("ls", models)
    judge.check(
        "3dspeaker: one of several is to be named",
        done.returncode == 4 and "CKPT-EPOCH-3-00`, the newest by unixtime" in done.stderr, done.stderr)
    with open(where / "label_encoder.ckpt", "rb") as file:
        judge.check("3dspeaker: label encoder", pickle.load(file) == {"en": 0, "zh": 1})
    judge.check("3dspeaker: other files", (where / "label_map.json").read_text() == '{"en": 0}\n')


def judge_checkpoint_folders(judge, sources, folders, work):
    """`sources`: self-supervised checkpoints; `folders`: CKPT folders that upstream wrote."""
    work = work / "3dspeaker"
    work.mkdir()
    for name, file, weights in bare_backbones(judge, sources, work):
        judge_fresh(judge, name, file, weights, work)
    for number, folder in enumerate(folders):
        place = work / f"back-{number}"
        place.mkdir()
        judge_back(judge, folder, place)
    judge_newest(judge, folders[0], work)


# MARK: Distributed checkpoints; only the newest PyTorch has what judges them


def with_text_keys(value):
    """Any distributed checkpoint has text for the keys of dicts, and plain dicts."""
    if isinstance(value, dict):
        return {str(key): with_text_keys(part) for key, part in value.items()}
    if isinstance(value, list):
        return [with_text_keys(part) for part in value]
    if isinstance(value, tuple):
        return tuple(with_text_keys(part) for part in value)
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    return value


def by_pytorch(folder, work):
    from torch.distributed.checkpoint.format_utils import dcp_to_torch_save
    out = work / "by-pytorch.pth"
    dcp_to_torch_save(folder, out)
    return truth.load(out)


def judge_dcp_reading(judge, folder, work):
    """What PyTorch wrote, against what its own conversion makes of it."""
    what = f"dcp {folder.parent.name}/{folder.name}"
    right = by_pytorch(folder, work)
    listed = judge.json(f"{what}: ls", "ls", folder, "--json", "--hash")
    if listed:
        keys = ("path", "dtype", "shape", "bytes", "sha256")
        got = sorted(tuple(map(str, (tensor[key] for key in keys))) for tensor in listed["tensors"])
        expected = sorted(tuple(map(str, (tensor[key] for key in keys))) for tensor in truth.listing(right))
        judge.check(f"{what}: listing", got == expected, f"{set(got) ^ set(expected)}"[:400])
        judge.check(f"{what}: format", listed["format"] == "dcp")
    out = work / "from-dcp.pth"
    if judge.exits(f"{what} to torch", 0, "convert", folder, "-o", out, "--force"):
        got = truth.load(out)
        same(judge, f"{what} to torch", with_text_keys(got), with_text_keys(right))
        for path, state in optimizers(got):
            ids = [number for group in state["param_groups"] for number in group["params"]]
            judge.check(f"{what}: {path}: the ids of params", set(state["state"]) <= set(ids))
        judge.sound_archive(what, out)
    again = work / f"{folder.parent.name}-{folder.name}-again"
    if judge.exits(f"{what} to dcp", 0, "convert", folder, "--to", "dcp", "-o", again, "--keep-opaque"):
        same(judge, f"{what} to dcp", with_text_keys(by_pytorch(again, work)), with_text_keys(right))


def optimizers(value, path=""):
    if isinstance(value, dict):
        if "state" in value and "param_groups" in value:
            yield path, value
        for key, part in value.items():
            yield from optimizers(part, f"{path}/{key}")


def judge_dcp_writing(judge, file, work, *words):
    """What `convert` writes, loaded by PyTorch's own conversion and by `dcp.load` into a state dict."""
    import torch.distributed.checkpoint as dcp
    what = f"{file.parent.name}/{file.name} to dcp"
    right = truth.load(file)
    folder, twin = work / f"{file.stem}-{file.parent.name}-dcp", work / f"{file.stem}-{file.parent.name}-dcp2"
    if not judge.exits(what, 0, "convert", file, "--to", "dcp", "-o", folder, *words):
        return
    same(judge, what, with_text_keys(by_pytorch(folder, work)), with_text_keys(right))
    judge.exits(f"{what} again", 0, "convert", file, "--to", "dcp", "-o", twin, *words)
    for name in (".metadata", "__0_0.distcp"):
        judge.check(f"{what}: {name} again", (folder / name).read_bytes() == (twin / name).read_bytes())
    tensors = {key: value for key, value in right.items() if truth.is_dense(value)}
    empty = {key: torch.zeros_like(value) for key, value in tensors.items()}
    if empty:
        dcp.load(empty, checkpoint_id=folder, no_dist=True)
        same(judge, f"{what}: dcp.load", with_text_keys(empty), with_text_keys(tensors))
    back = work / "back.pth"
    if judge.exits(f"{what} and back", 0, "convert", folder, "-o", back, "--force", *words):
        same(judge, f"{what} and back", with_text_keys(truth.load(back)), with_text_keys(right))


def judge_resumed(judge, work):
    """An optimizer goes through a distributed checkpoint and steps on as if it had not."""
    import dcp_cases
    for kind, options in [(torch.optim.AdamW, {}), (torch.optim.SGD, {"momentum": 0.9}), (torch.optim.SGD, {})]:
        what = f"dcp {kind.__name__} {options}"
        model, optimizer = dcp_cases.trained(kind, **options)
        name = f"resume-{kind.__name__}-{len(options)}"
        file, folder, back = work / f"{name}.pth", work / name, work / f"{name}-back.pth"
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, file)
        if not (judge.exits(what, 0, "convert", file, "--to", "dcp", "-o", folder)
                and judge.exits(f"{what} back", 0, "convert", folder, "-o", back)):
            continue
        saved = truth.load(back, trusted=False)
        other, resumed = dcp_cases.trained(kind, **options)
        other.load_state_dict(saved["model"])
        resumed.load_state_dict(saved["optimizer"])
        for network, steps in ((model, optimizer), (other, resumed)):
            steps.zero_grad()
            network(torch.ones(4, 2) * 2).sum().backward()
            steps.step()
        same(judge, f"{what}: the next step", dict(other.state_dict()), dict(model.state_dict()))


def judge_distributed(judge, samples, files, work):
    """`samples`: folders of distributed checkpoints; `files`: torch files to be written as such."""
    import dcp_cases
    work = work / "dcp"
    written = work / "written"
    written.mkdir(parents=True)
    dcp_cases.write_parts(written / "parts")
    dcp_cases.write_one(written / "nested", dcp_cases.nested())
    dcp_cases.write_one(written / "threads", dcp_cases.nested(), thread_count=3)
    dcp_cases.write_one(written / "single", dcp_cases.nested(), single_file_per_rank=False)
    dcp_cases.write_converted(written / "converted", dcp_cases.nested())
    torch.save(dcp_cases.nested(), written / "nested.pth")
    for folder in [*samples, *sorted(path for path in written.iterdir() if path.is_dir())]:
        judge_dcp_reading(judge, folder, work)
    for file in [written / "nested.pth", *files]:
        judge_dcp_writing(judge, file, work, "--keep-opaque")
    judge_resumed(judge, work)
    again = work / "written-parts-again"
    for folder in (written / "parts", again):
        found = dcp_cases.load_parts(folder)
        judge.check(f"dcp {folder.name}: four processes load their parts", found is None, found or "")
