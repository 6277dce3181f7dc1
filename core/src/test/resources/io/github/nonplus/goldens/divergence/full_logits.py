"""Divergences of a Llama model in q4f16_0 from the model itself, from whole rows of float64 logits.

    python full_logits.py MODEL_DIR WINDOWS COUNT > novella-6m.q4f16_0.json

The forward pass is written out here in float64; transformers is not used, because its norms, angles
and softmax stay in float32. The same in float32 (angles aside) says how far float32 logits can be
trusted: `float32_max_abs_difference` of a single token's divergence. WINDOWS is what `nonplus preprocess-input` wrote; its first COUNT lines
are compared. Quantization as MLC LLM's: groups of 32 inputs, float16 arithmetic, ties to even.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file

directory, windows_path, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
config = json.loads((directory / "config.json").read_text())
heads, keys = config["num_attention_heads"], config["num_key_value_heads"]
size = config.get("head_dim") or config["hidden_size"] // heads
stored = load_file(directory / "model.safetensors")


def requantized(weight):
    """What is left of a float16 matrix after q4f16_0."""
    w = weight.astype(np.float16)
    rows, columns = w.shape
    assert columns % 32 == 0
    groups = w.reshape(rows, columns // 32, 32)
    scale = (np.abs(groups).max(axis=2, keepdims=True) / np.float16(7)).astype(np.float16)
    with np.errstate(invalid="ignore"):
        codes = np.rint((groups / scale).astype(np.float16) + np.float16(7))
    codes = np.where(codes > 0, codes, np.float16(0))
    codes = np.minimum(codes, np.float16(14))
    return ((codes - np.float16(7)) * scale).astype(np.float16).reshape(rows, columns)


def tensors(quantized, kind):
    for name, value in stored.items():
        value = requantized(value) if quantized and value.ndim == 2 else value
        yield name, torch.from_numpy(value.astype(kind))


def norm(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + config["rms_norm_eps"]) * weight


def rotated(x, cosine, sine):
    first, second = x[..., : size // 2], x[..., size // 2 :]
    return torch.cat((first * cosine - second * sine, second * cosine + first * sine), dim=-1)


def logits(w, ids):
    n = len(ids)
    theta = config["rope_parameters"]["rope_theta"]
    frequency = theta ** -(torch.arange(0, size, 2, dtype=torch.float64) / size)
    angle = torch.arange(n, dtype=torch.float64)[:, None] * frequency
    kind = w["model.norm.weight"].dtype
    cosine, sine = angle.cos().to(kind), angle.sin().to(kind)
    ahead = torch.ones(n, n, dtype=torch.bool).triu(1)
    x = w["model.embed_tokens.weight"][torch.tensor(ids)]
    for layer in range(config["num_hidden_layers"]):
        at = f"model.layers.{layer}."
        h = norm(x, w[at + "input_layernorm.weight"])
        q = (h @ w[at + "self_attn.q_proj.weight"].T).view(n, heads, size).transpose(0, 1)
        k = (h @ w[at + "self_attn.k_proj.weight"].T).view(n, keys, size).transpose(0, 1)
        v = (h @ w[at + "self_attn.v_proj.weight"].T).view(n, keys, size).transpose(0, 1)
        q, k = rotated(q, cosine, sine), rotated(k, cosine, sine)
        k, v = (t.repeat_interleave(heads // keys, dim=0) for t in (k, v))
        scores = (q @ k.transpose(1, 2) / size**0.5).masked_fill(ahead, -torch.inf)
        mixed = (scores.softmax(-1) @ v).transpose(0, 1).reshape(n, heads * size)
        x = x + mixed @ w[at + "self_attn.o_proj.weight"].T
        h = norm(x, w[at + "post_attention_layernorm.weight"])
        gate = h @ w[at + "mlp.gate_proj.weight"].T
        up = h @ w[at + "mlp.up_proj.weight"].T
        x = x + (torch.nn.functional.silu(gate) * up) @ w[at + "mlp.down_proj.weight"].T
    head = w.get("lm_head.weight", w["model.embed_tokens.weight"])
    return norm(x, w["model.norm.weight"]) @ head.T


def divergences(kind):
    reference, candidate = dict(tensors(False, kind)), dict(tensors(True, kind))
    for ids in windows:
        p = logits(reference, ids)[:-1].double().log_softmax(-1)
        q = logits(candidate, ids)[:-1].double().log_softmax(-1)
        target = torch.tensor(ids[1:])[:, None]
        yield {
            "kld": (p.exp() * (p - q)).sum(-1),
            "reverse_kld": (q.exp() * (q - p)).sum(-1),
            "same_top": p.argmax(-1) == q.argmax(-1),
            "reference_nll": -p.gather(1, target)[:, 0],
            "candidate_nll": -q.gather(1, target)[:, 0],
        }


lines = windows_path.read_text().splitlines()[:count]
windows = [[int(i) for i in line.split()] for line in lines]
exact, single = list(divergences(np.float64)), list(divergences(np.float32))
error = max(
    (a[key] - b[key]).abs().max().item()
    for a, b in zip(exact, single)
    for key in ("kld", "reverse_kld")
)
print(
    json.dumps(
        {
            "weights_sha256": hashlib.sha256((directory / "model.safetensors").read_bytes()).hexdigest(),
            "windows_sha256": hashlib.sha256(("\n".join(lines) + "\n").encode()).hexdigest(),
            "versions": {"torch": torch.__version__, "numpy": np.__version__},
            "float32_max_abs_difference": error,
            "windows": [
                {
                    "kld": [round(v, 10) for v in w["kld"].tolist()],
                    "reverse_kld": [round(v, 10) for v in w["reverse_kld"].tolist()],
                    "same_top": int(w["same_top"].sum()),
                    "reference_nll": w["reference_nll"].mean().item(),
                    "candidate_nll": w["candidate_nll"].mean().item(),
                }
                for w in exact
            ],
        }
    ).replace('{"kld"', '\n{"kld"')
)
