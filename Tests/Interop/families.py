# SPDX-License-Identifier: Apache-2.0
"""`family`: ECAPA-TDNN between the classes of 3D-Speaker, SpeechBrain and WeSpeaker, judged by what they compute."""
import pathlib
import sys
from collections import OrderedDict

import torch

import truth
from edits import below
from fuses import edit, refused

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures"
sys.path.insert(0, str(FIXTURES / "family"))
from ecapas import WeSpeakerECAPA, ecapa, settle, speechbrain  # noqa: E402

# channels, last, embedding, attention, squeezed, mels
SIZES = [(16, 24, 6, 5, 4, 10), (64, 96, 24, 16, 8, 40), (32, 96, 192, 128, 128, 80)]


def names(weights, own):
    """Keys, shapes and `_metadata` are those of the class."""
    mine, theirs = ([(k, tuple(v.shape), v.dtype) for k, v in w.items()] for w in (weights, own))
    return mine == theirs and list(weights._metadata.items()) == list(own._metadata.items())


def output(network, x):
    with torch.no_grad():
        return network.eval()(x)


def distance(a, b):
    return float((a - b).abs().max() / b.abs().max())


def judge_from_wespeaker(judge, folder):
    for seed, sizes in enumerate(SIZES):
        for has_context in (True, False):
            for embedding_norm in (False, True):
                what = f"family 3dspeaker of WeSpeaker's {sizes}, context {has_context}, bn2 {embedding_norm}"
                torch.manual_seed(seed)
                source = settle(WeSpeakerECAPA(*sizes, has_context=has_context, embedding_norm=embedding_norm))
                got = edit(judge, what, source.state_dict(), folder, "family 3dspeaker")
                if got is None:
                    continue
                doubled = (*sizes[:3], 2 * sizes[3], *sizes[4:])
                target = ecapa(*doubled, has_context=has_context)
                judge.check(f"{what}: the class's own names", names(got, target.state_dict()))
                target.load_state_dict(got, strict=True)
                x = torch.randn(2, sizes[5], 60)
                same = ecapa(*doubled, has_context=has_context, like_wespeaker=True)
                same.load_state_dict(got, strict=True)
                far = distance(output(same, x), output(source, x))
                judge.check(f"{what}: the same output at the same edges", far < 2e-5, f"{far} apart")
                # The other edges reach 2 + 2 + 3 + 4 frames into an utterance: it must make a difference, and a small one.
                x = torch.randn(2, sizes[5], 1500)
                far = distance(output(target, x), output(source, x))
                judge.check(f"{what}: nearly the same in a long utterance", 0 < far < 0.1, f"{far} apart")
                other = edit(judge, f"{what}, SpeechBrain's", source.state_dict(), folder, "family speechbrain")
                if other is not None and has_context:
                    judge.check(f"{what}: SpeechBrain's own names", names(other, speechbrain(*doubled).state_dict()))
                    judge.check(f"{what}: the same tensors", all(truth.same_bits(other[k], got[k]) for k in got))


def frames(network, x):
    """What the three blocks give, side by side."""
    outputs = []
    handle = network.conv.register_forward_pre_hook(lambda _, inputs: outputs.append(inputs[0]))
    output(network, x)
    handle.remove()
    return outputs[0]


def judge_to_wespeaker(judge, folder):
    for seed, sizes in enumerate(SIZES):
        what = f"family wespeaker of 3D-Speaker's {sizes}"
        torch.manual_seed(seed)
        source = settle(ecapa(*sizes, like_wespeaker=True))
        refused(judge, what, source.state_dict(), folder, "family wespeaker")
        got = edit(judge, f"{what}, partial", source.state_dict(), folder, "family wespeaker partial")
        if got is None:
            continue
        target = WeSpeakerECAPA(*sizes)
        judge.check(f"{what}: the class's own names", names(got, target.state_dict()))
        target.load_state_dict(got, strict=True)
        # Up to the norm after `mfa` both compute the same.
        x = torch.randn(2, sizes[5], 60)
        seen = []
        handle = source.mfa.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        output(source, x)
        handle.remove()
        far = distance(frames(target, x), seen[0])
        judge.check(f"{what}: the blocks compute the same", far < 2e-5, f"{far} apart")
        # And back: what came over is as it was.
        back = edit(judge, f"{what}, and back", got, folder, "family 3dspeaker")
        if back is not None:
            own = source.state_dict()
            kept = [k for k in own if not k.startswith(("mfa.norm", "asp.tdnn", "asp.conv.conv.weight"))]
            judge.check(f"{what}, and back: the same bits", all(truth.same_bits(back[k], own[k]) for k in kept))


def judge_same_keys(judge, folder):
    torch.manual_seed(9)
    for name, source, target in (
            ("3dspeaker", speechbrain(*SIZES[0]), ecapa(*SIZES[0])), ("wespeaker", *[WeSpeakerECAPA(*SIZES[0])] * 2)):
        got = edit(judge, f"family {name} of the same keys", source.state_dict(), folder, f"family {name}")
        if got is not None:
            judge.check(f"family {name} of the same keys: names", names(got, target.state_dict()))
            judge.check(f"family {name}: bits", all(truth.same_bits(got[k], v) for k, v in source.state_dict().items()))


def judge_embedding_norm(judge, folder):
    """`fuse batch-norm` of WeSpeaker's network: the norm of the embedding is the only one right after a layer."""
    torch.manual_seed(3)
    source = settle(WeSpeakerECAPA(*SIZES[0], embedding_norm=True))
    got = edit(judge, "fuse batch-norm of WeSpeaker's", source.state_dict(), folder, "fuse batch-norm")
    if got is not None:
        target = WeSpeakerECAPA(*SIZES[0])
        target.load_state_dict(got, strict=True)
        x = torch.randn(2, SIZES[0][5], 60)
        far = distance(output(target, x), output(source, x))
        judge.check("fuse batch-norm of WeSpeaker's: the same output", far < 2e-5, f"{far} apart")
    refused(judge, "fuse batch-norm without bn2", WeSpeakerECAPA(*SIZES[0]).state_dict(), folder, "fuse batch-norm")


def judge_wrapped(judge, folder):
    """Under DDP's prefix, in a container, in half precision; and what is refused."""
    torch.manual_seed(2)
    source = settle(WeSpeakerECAPA(*SIZES[0])).half()
    wrapped = torch.nn.DataParallel(source)
    value = {"model": wrapped.state_dict(), "epoch": 3}
    got = edit(judge, "family of a wrapped one", value, folder, "family 3dspeaker")
    bare = edit(judge, "family of a bare one", source.state_dict(), folder, "family 3dspeaker")
    if got is not None and bare is not None:
        found = truth.difference(below("module.")(got["model"]), bare)
        judge.check("family of a wrapped one: the same", found is None and got["epoch"] == 3, found or "")
    with_classes = OrderedDict(source.state_dict())
    with_classes["projection.weight"] = torch.ones(3, 6)
    refused(judge, "family with a classifier", with_classes, folder, "family 3dspeaker")
    short = OrderedDict(source.state_dict())
    del short["pool.linear2.bias"]
    refused(judge, "family without a key", short, folder, "family 3dspeaker")
    refused(judge, "family of another network", torch.nn.Linear(2, 2).state_dict(), folder, "family wespeaker")


def judge_families_of_ecapa(judge, folder):
    judge_from_wespeaker(judge, folder)
    judge_to_wespeaker(judge, folder)
    judge_same_keys(judge, folder)
    judge_embedding_norm(judge, folder)
    judge_wrapped(judge, folder)
