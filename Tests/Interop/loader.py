# SPDX-License-Identifier: Apache-2.0
"""Opens a model folder by the project that it was made for, and embeds a recording.

loader.py modelscope|funasr FOLDER RECORDING OUTPUT     # OUTPUT: the embedding, .npy
"""
import sys

import numpy as np


def modelscope(folder, recording):
    from modelscope.pipelines import pipeline

    compare = pipeline("speaker-verification", model=folder, device="cpu")
    found = compare([recording, recording], output_emb=True)
    # The same recording twice: alike, whatever the threshold of the folder.
    assert found["outputs"]["text"] == "yes", found["outputs"]
    return found["embs"][0]


def funasr(folder, recording):
    from funasr import AutoModel

    model = AutoModel(model=folder, device="cpu", disable_update=True, disable_pbar=True)
    return model.generate(input=recording)[0]["spk_embedding"].detach().numpy()[0]


if __name__ == "__main__":
    project, folder, recording, output = sys.argv[1:]
    np.save(output, {"modelscope": modelscope, "funasr": funasr}[project](folder, recording))
