"""Writes all-types.gguf, a tiny Llama with a matrix of every type, and its losses in float64.

    python all_types.py GOLDENS OUTPUT

GOLDENS is the folder of llama.cpp's own files (types/llama.TYPE.gguf, blocks/TYPE.bin and TYPE.f32.bin,
what ggml's to_float makes of the blocks). Needs numpy and the gguf-py of llama.cpp (that of llama-cpp-python 0.3.36). The rows of a matrix are
rows that llama.cpp quantized; they are decoded by gguf-py, which gives the same bits as ggml; Q1_0 and
Q2_0, which it does not know, by the lines below, held against the blocks.
"""

import json
import pathlib
import sys

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T

HIDDEN, HEAD, INNER, VOCABULARY, LAYERS = 256, 8, 8, 32, 6
EPSILON, BASE = 1e-5, 10000.0
ORDER = [
    T.F32, T.F16, T.BF16, T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q8_0, T.Q2_K, T.Q3_K, T.Q4_K, T.Q5_K, T.Q6_K,
    T.IQ1_S, T.IQ1_M, T.IQ2_XXS, T.IQ2_XS, T.IQ2_S, T.IQ3_XXS, T.IQ3_S, T.IQ4_NL, T.IQ4_XS, T.TQ1_0,
    T.TQ2_0, T.MXFP4, T.NVFP4, T.Q1_0, T.Q2_0, T.Q8_0, T.Q6_K,
]  # fmt: skip
goldens, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
random = np.random.default_rng(17)


def one_bit(data):
    blocks = data.reshape(-1, 18)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    bits = np.unpackbits(blocks[:, 2:], axis=1, bitorder="little").astype(np.float32)
    return np.where(bits == 1, scale, -scale).reshape(-1)


def two_bits(data):
    blocks = data.reshape(-1, 18)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    codes = np.stack([blocks[:, 2:] >> shift & 3 for shift in (0, 2, 4, 6)], axis=2)
    return (scale * (codes.reshape(len(blocks), -1).astype(np.float32) - 1)).reshape(-1)


def decoded(data, kind):
    own = {T.Q1_0: one_bit, T.Q2_0: two_bits}
    return own[kind](data) if kind in own else gguf.quants.dequantize(data, kind).reshape(-1)


for kind in (T.Q1_0, T.Q2_0):
    raw = np.fromfile(goldens / f"blocks/{kind.name}.bin", np.uint8)
    expected = np.fromfile(goldens / f"blocks/{kind.name}.f32.bin", np.float32)
    assert np.array_equal(decoded(raw, kind).view(np.uint32), expected.view(np.uint32)), kind


def rows(kind, count):
    """So many rows of 256 weights, as bytes and as numbers."""
    if kind in (T.F32, T.F16):
        values = (random.standard_normal((count, HIDDEN)) * 0.1).astype(kind.name.replace("F", "float"))
        return values, values.astype(np.float64)
    reader = gguf.GGUFReader(goldens / f"types/llama.{kind.name}.gguf")
    tensor = next(t for t in reader.tensors if t.tensor_type == kind and t.shape[0] == HIDDEN)
    data = np.array(tensor.data).reshape(int(tensor.shape[1]), -1).view(np.uint8)[:count]
    return data, decoded(data, kind).reshape(count, HIDDEN).astype(np.float64)


def half(outputs, inputs):
    values = (random.standard_normal((outputs, inputs)) * 0.3).astype(np.float16)
    return values, values.astype(np.float64)


writer = gguf.GGUFWriter(output / "all-types.gguf", "llama")
writer.add_context_length(64)
writer.add_embedding_length(HIDDEN)
writer.add_block_count(LAYERS)
writer.add_feed_forward_length(INNER)
writer.add_head_count(1)
writer.add_head_count_kv(1)
writer.add_key_length(HEAD)
writer.add_value_length(HEAD)
writer.add_layer_norm_rms_eps(EPSILON)
writer.add_rope_freq_base(BASE)
weights = {}


def add(name, kind, pair):
    data, weights[name] = pair
    writer.add_tensor(name, data, raw_dtype=None if kind in (T.F32, T.F16) else kind)


def norm(name):
    values = (1 + random.standard_normal(HIDDEN) * 0.1).astype(np.float32)
    add(name, T.F32, (values, values.astype(np.float64)))


add("token_embd.weight", T.Q8_0, rows(T.Q8_0, VOCABULARY))
norm("output_norm.weight")
kinds = iter(ORDER)
for layer in range(LAYERS):
    at = f"blk.{layer}."
    norm(at + "attn_norm.weight")
    norm(at + "ffn_norm.weight")
    for name in ("attn_q", "attn_k", "attn_v", "ffn_gate", "ffn_up"):
        kind = next(kinds)
        add(f"{at}{name}.weight", kind, rows(kind, HEAD))
    add(at + "attn_output.weight", T.F16, half(HIDDEN, HEAD))
    add(at + "ffn_down.weight", T.F16, half(HIDDEN, INNER))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()


def normed(x, name):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON) * weights[name]


def turned(x):
    angles = np.outer(np.arange(len(x)), BASE ** (-np.arange(0, HEAD, 2) / HEAD))
    one, other = x[:, 0::2], x[:, 1::2]  # llama.cpp turns neighbours
    result = np.empty_like(x)
    result[:, 0::2] = one * np.cos(angles) - other * np.sin(angles)
    result[:, 1::2] = one * np.sin(angles) + other * np.cos(angles)
    return result


def losses(ids):
    x = weights["token_embd.weight"][ids]
    for layer in range(LAYERS):
        at = f"blk.{layer}."
        h = normed(x, at + "attn_norm.weight")
        q, k, v = (h @ weights[f"{at}attn_{name}.weight"].T for name in "qkv")
        scores = turned(q) @ turned(k).T / np.sqrt(HEAD)
        scores[np.triu_indices(len(ids), 1)] = -np.inf
        p = np.exp(scores - scores.max(-1, keepdims=True))
        x = x + (p / p.sum(-1, keepdims=True)) @ v @ weights[at + "attn_output.weight"].T
        h = normed(x, at + "ffn_norm.weight")
        gate = h @ weights[at + "ffn_gate.weight"].T
        up = h @ weights[at + "ffn_up.weight"].T
        x = x + (gate / (1 + np.exp(-gate)) * up) @ weights[at + "ffn_down.weight"].T
    logits = normed(x, "output_norm.weight") @ weights["token_embd.weight"].T
    top = logits.max(-1, keepdims=True)
    logs = logits - top - np.log(np.exp(logits - top).sum(-1, keepdims=True))
    return [-logs[i, ids[i + 1]] for i in range(len(ids) - 1)]


windows = [random.integers(0, VOCABULARY, length).tolist() for length in (2, 13, 40)]
golden = {"model_type": "llama", "windows": [{"ids": w, "nll": losses(w)} for w in windows]}
(output / "all-types.golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
