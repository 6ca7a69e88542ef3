# SPDX-License-Identifier: Apache-2.0
"""Events that a run wrote, judged by TensorBoard's own reader against the run's metrics.jsonl.

tensorboard_judge.py EXPERIMENT     # needs tensorboard
"""
import json
import pathlib
import struct
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def single(value):
    """A number as float32 holds it."""
    return struct.unpack("<f", struct.pack("<f", float(value)))[0]


def wanted(path):
    """Points (iteration, time, value) by name."""
    curves = {}
    for text in path.read_text().splitlines():
        line = json.loads(text)
        for name in line.keys() - {"schema", "kind", "epoch", "step", "iteration", "time"}:
            point = (line["iteration"], float(line["time"]), single(line[name]))
            curves.setdefault(name, []).append(point)
    return curves


def main():
    experiment = pathlib.Path(sys.argv[1])
    files = sorted(experiment.glob("events.out.tfevents.*"))
    curves = wanted(experiment / "metrics.jsonl")
    # size_guidance 0 keeps every point.
    reader = EventAccumulator(str(experiment), size_guidance={"scalars": 0, "tensors": 0})
    reader.Reload()
    assert reader.file_version == 2.0, reader.file_version
    assert set(reader.Tags()["scalars"]) == set(curves), (reader.Tags()["scalars"], sorted(curves))
    points = 0
    for name, curve in curves.items():
        read = [(event.step, event.wall_time, event.value) for event in reader.Scalars(name)]
        # NaN is not equal to itself; its text is.
        assert repr(read) == repr(curve), f"{name}: {read[:3]}..., wanted {curve[:3]}..."
        points += len(curve)
    assert points > 0
    print(f"{len(files)} event files: {len(curves)} scalars, {points} points as in metrics.jsonl")


if __name__ == "__main__":
    main()
