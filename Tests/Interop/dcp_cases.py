# SPDX-License-Identifier: Apache-2.0
"""Distributed checkpoints that the newest PyTorch writes: by one process, and by four that hold a part each."""
import os
import pathlib
import socket
import warnings
from collections import OrderedDict

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
import torch.multiprocessing as mp
from torch.distributed.checkpoint.format_utils import torch_save_to_dcp

WORLD = 4


def trained(kind, **options):
    """A small model and its optimizer after a step."""
    torch.manual_seed(7)
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    optimizer = kind(model.parameters(), lr=0.1, **options)
    model(torch.ones(4, 2)).sum().backward()
    optimizer.step()
    return model, optimizer


def nested():
    model, optimizer = trained(torch.optim.AdamW)
    weight = torch.arange(12.0).reshape(3, 4)
    return {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": 3, "name": "x", "best": None, "loss": float("inf"), "big": 1 << 70,
        "list": [1, weight[:2], {"q": torch.tensor(2.0)}, [torch.ones(1), 5]],
        "plain list": [1, "two", [3.0]], "none": [], "tuple": (1, torch.arange(3), "x"),
        "half": torch.arange(6).half().reshape(2, 3), "brain": torch.arange(5).to(torch.bfloat16),
        "tiny": torch.tensor([1.0, 2.0]).to(torch.float8_e4m3fn), "wide": torch.tensor([1, 2 ** 40], dtype=torch.uint64),
        "flags": torch.tensor([True, False]), "complex": torch.tensor([1 + 2j, 3 - 4j]),
        "zero": torch.zeros(0, 2), "scalar": torch.tensor(-5),
        "tied a": weight, "tied b": weight, "view": weight[:, 1:3], "turned": weight.t(), "wider": weight[0].expand(3, 4),
        "parameter": torch.nn.Parameter(torch.ones(2)), "bytes": b"\x00\xff", "keys": {1: torch.ones(1), "dotted.key": 2.5},
    }


def parts(device):
    """Tensors as one of four processes holds them."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.tensor import DTensor, Replicate, Shard, distribute_tensor
    line, square = init_device_mesh(device, (WORLD,)), init_device_mesh(device, (2, 2))

    def ramp(*shape):
        return torch.arange(float(torch.Size(shape).numel())).reshape(shape)

    turned = distribute_tensor(ramp(6, 8), line, [Shard(0)])
    turned = DTensor.from_local(
        turned.to_local().t().contiguous().t(), line, [Shard(0)], shape=turned.shape, stride=turned.stride())
    return OrderedDict([
        ("rows", distribute_tensor(ramp(7, 3), line, [Shard(0)])),
        ("columns", distribute_tensor(ramp(3, 7).double(), line, [Shard(1)])),
        ("square", distribute_tensor(ramp(5, 6, 2), square, [Shard(0), Shard(1)])),
        ("corner", distribute_tensor(ramp(3, 5, 4, 3).half(), square, [Shard(1), Shard(2)])),
        ("inner", distribute_tensor(ramp(2, 3, 9).to(torch.bfloat16), line, [Shard(2)])),
        ("half", distribute_tensor(ramp(4, 3), square, [Replicate(), Shard(0)])),
        ("few", distribute_tensor(ramp(2, 3), line, [Shard(0)])),
        ("turned", turned),
        ("none", distribute_tensor(torch.zeros(0, 3), line, [Shard(0)])),
        ("whole", distribute_tensor(ramp(2, 2), line, [Replicate()])),
        ("plain", ramp(3)),
        ("step", 7),
    ])


def begin(rank, port):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port), RANK=str(rank), WORLD_SIZE=str(WORLD))
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    dist.init_process_group("gloo", rank=rank, world_size=WORLD)


def end():
    """Together: gloo's threads can abort a process that leaves while another still talks to it."""
    dist.barrier()
    dist.destroy_process_group()


def save_one_of_four(rank, folder, port):
    begin(rank, port)
    dcp.save({"model": parts("cpu"), "epoch": 2}, checkpoint_id=folder)
    end()


def load_one_of_four(rank, folder, port):
    """Loads into parts that hold nothing yet; what differs afterwards ends the process with an error."""
    from torch.distributed.tensor import DTensor
    begin(rank, port)
    right = parts("cpu")
    state = {"model": {
        name: torch.zeros_like(value) if isinstance(value, torch.Tensor) else 0 for name, value in right.items()}}
    dcp.load(state, checkpoint_id=folder)
    for name, value in right.items():
        got = state["model"][name]
        if isinstance(value, DTensor):
            got, value = got.to_local(), value.to_local()
        same = torch.equal(got, value) if isinstance(value, torch.Tensor) else got == value
        if not same:
            raise AssertionError(f"{name} of rank {rank}: {got}, not {value}")
    end()


def in_four(work, folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Forked: four processes that import PyTorch anew take longer than all that they are here for.
    mp.start_processes(work, args=(str(folder), port), nprocs=WORLD, start_method="fork")


def write_parts(folder):
    in_four(save_one_of_four, folder)


def load_parts(folder):
    """None, or what kept four processes from loading what four wrote."""
    try:
        in_four(load_one_of_four, folder)
    except mp.ProcessRaisedException as error:
        return str(error)[-400:]
    return None


def write_one(folder, value, **options):
    dcp.save(value, storage_writer=dcp.FileSystemWriter(folder, **options), no_dist=True)


def write_converted(folder, value):
    file = pathlib.Path(str(folder) + ".pth")
    torch.save(value, file)
    torch_save_to_dcp(file, folder)
