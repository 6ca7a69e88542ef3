# SPDX-License-Identifier: Apache-2.0
"""Runs an exported model by one of the programs that people deploy it with, in a process of its own: sherpa-onnx ends its
process where it does not like a model.

client.py sherpa-onnx MODEL RECORDING OUTPUT     # OUTPUT: the embedding, .npy
client.py openvino|tract MODEL FEATURES OUTPUT   # FEATURES: frames x 80 float32, .npy
"""
import sys

import numpy as np


def sherpa(model, recording):
    import sherpa_onnx
    import soundfile

    extractor = sherpa_onnx.SpeakerEmbeddingExtractor(
        sherpa_onnx.SpeakerEmbeddingExtractorConfig(model=model, num_threads=1))
    wave, rate = soundfile.read(recording, dtype="float32")
    stream = extractor.create_stream()
    stream.accept_waveform(rate, wave)
    stream.input_finished()
    return extractor.compute(stream)


def openvino(model, features):
    import openvino

    run = openvino.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return run([np.load(features)[None]])[0][0]


def tract(model, features):
    import tract

    values = np.load(features)[None]
    graph = tract.onnx().load(model)
    graph.set_input_fact(0, f"1,{values.shape[1]},{values.shape[2]},f32")
    graph = graph.into_model()
    return graph.into_runnable().run([values])[0].to_numpy()[0]


client, model, source, output = sys.argv[1:]
np.save(output, np.asarray({"sherpa-onnx": sherpa, "openvino": openvino, "tract": tract}[client](model, source), np.float32))
