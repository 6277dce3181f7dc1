#!/usr/bin/env python3
"""Tiny models of many architectures in GGUF, with the losses of llama.cpp and of transformers: architectures.zip.

    LLAMA_CPP=SOURCE LLAMA_CPP_PYTHON=SDIST LLAMA_CPP_LIB_PATH=BUILD/bin \\
        python architectures.py FIXTURES NOVELLA OUT.zip NAME...

FIXTURES are the architecture fixtures, unpacked; their configurations are used, weights are of their own: -1, 0 and 1
times a power of two, shifts of one sequence, so that they pack well. NOVELLA is examples/novella-6m, whose tokenizer is
cut to the vocabulary. llama.cpp is that of the sdist llama-cpp-python 0.3.36, built without GGML_GELU_FP16
(ggml/src/ggml-cpu/vec.h), a table that would hide differences of 1e-2.
"""

import json
import math
import os
import shutil
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

sys.path[:0] = [os.environ["LLAMA_CPP"], os.environ["LLAMA_CPP"] + "/gguf-py", os.environ["LLAMA_CPP_PYTHON"]]

import ctypes

import conversion
import convert_hf_to_gguf
import llama_cpp as L
import numpy
import torch
import transformers
from conversion.base import TextModel

# What of a fixture's configuration is changed, because llama.cpp can do no other.
CHANGED = {
    "dots1": {"num_key_value_heads": 4, "n_group": 1, "topk_group": 1},
    "ernie4-5-moe": {"intermediate_size": 64},
    "glm": {"head_dim": 16},
    "gpt-bigcode": {"n_inner": 256},
    "hunyuan-v1-dense": {"attention_bias": False, "rope_scaling": None,
                         "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}},
    "minicpm3": {"scale_emb": 12, "scale_depth": 1.4, "dim_model_base": 256, "v_head_dim": 16},
    "olmoe": {"num_key_value_heads": 4, "clip_qkv": None},
    "phi": {"intermediate_size": 256},
    "phimoe": {"max_position_embeddings": 1024, "original_max_position_embeddings": 512, "rope_parameters": {
        "factor": 2.0, "long_factor": [1.1, 1.3, 1.7, 2.2, 3.0, 4.1, 5.6, 7.5], "original_max_position_embeddings": 512,
        "rope_theta": 10000.0, "rope_type": "longrope", "short_factor": [1.0, 1.02, 1.05, 1.1, 1.2, 1.3, 1.45, 1.6],
        "long_mscale": 1.3, "short_mscale": 1.2}},
    "qwen3-next-mixed": {"mlp_only_layers": []},
}
# What the converter asks for, in models of the Hub under other names than in the configurations of transformers.
FOR_CONVERTER = {
    "cohere2": {"rotary_pct": 1.0},
    "deepseek-v3": {"scoring_func": "sigmoid"},
    "dots1": {"scoring_func": "sigmoid"},
    "exaone-moe": {"scoring_func": "sigmoid"},
    "glm4-moe-lite": {"first_k_dense_replace": 1, "scoring_func": "sigmoid"},
    "gpt-neox": {"rotary_pct": 0.25},
    "gpt2": {"n_ctx": 128},
    "hunyuan-v1-moe": {"moe_intermediate_size": [16] * 3, "moe_topk": [2] * 3, "num_shared_expert": [1] * 3,
                       "num_experts_per_tok": 2, "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}},
    "minimax-m2": {"rotary_dim": 12, "scoring_func": "sigmoid"},
    "phimoe": {"architectures": ["PhiMoEForCausalLM"]},
    "mpt": {"architectures": ["MPTForCausalLM"]},
}
RAW = {"phimoe", "cohere2", "deepseek-v3", "exaone-moe", "glm4-moe-lite", "gpt-neox", "hunyuan-v1-dense", "hunyuan-v1-moe",
       "minimax-m2", "mpt"}
# GELU by the error function, which llama.cpp does not have.
TOLERANCE = {"gpt-neox": 2e-3, "mpt": 2e-3}
# transformers 5.24 norms groups of these by themselves, 5.17 did not; or experts have exactly the same score.
NOT_PUBLISHED = {"bamba", "mamba2", "granitemoehybrid", "gemma4-moe"}

SEQUENCE = torch.randint(-1, 2, (1021,), generator=torch.Generator().manual_seed(1))


def weight(name, parameter, generator):
    shape = parameter.shape
    if "A_log" in name or name.endswith("dt_bias"):
        return parameter.data.float()
    if parameter.ndim == 1:
        is_norm = ("norm" in name or "ln_" in name) and not name.endswith("bias")
        one = 1 if is_norm and parameter.data.abs().max() != 0 else 0
        return (torch.randint(-2, 3, shape, generator=generator) / 16 + one).float()
    scale = 2.0 ** round(math.log2(1 / shape[-1] ** 0.5))
    if "embed" in name or "wte" in name or "lm_head" in name:
        scale = 0.25
    at = (torch.arange(parameter.numel()) + zlib.crc32(name.encode()) % 1021) % 1021
    return SEQUENCE[at].reshape(shape).float() * scale


def build(name, fixture, folder):
    """A checkpoint, and transformers' losses of it."""
    own = json.loads((fixture / "config.json").read_text()) | CHANGED.get(name, {})
    own = {key: value for key, value in own.items() if value is not None}
    arguments = dict(own)
    if isinstance(arguments.get("time_step_limit"), list):
        arguments["time_step_limit"] = (0.0, float("inf"))
    torch.manual_seed(0)
    config = transformers.AutoConfig.for_model(arguments.pop("model_type"), **arguments)
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))
    for each, parameter in model.named_parameters():
        parameter.data = weight(each, parameter, generator)
    for each, buffer in model.named_buffers():
        if "correction" in each or "expert_bias" in each:
            buffer.data = (torch.randint(-2, 3, buffer.shape, generator=generator) / 16).to(buffer.dtype)
    model.save_pretrained(folder)
    own["torch_dtype"] = "float32"
    own.pop("dtype", None)
    windows = [w["ids"] for w in json.loads((fixture / "golden.json").read_text())["windows"]]
    windows = [ids for ids in windows if len(ids) in (17, 64)] or [windows[0], windows[-1]]
    with torch.no_grad():
        losses = [of_logits(model(torch.tensor([ids])).logits[0].double().numpy(), ids) for ids in windows]
    return own, windows, losses


def of_logits(logits, ids):
    logs = logits - logits.max(1, keepdims=True)
    logs -= numpy.log(numpy.exp(logs).sum(1, keepdims=True))
    return [round(-float(logs[k, ids[k + 1]]), 7) for k in range(len(ids) - 1)]


def tokenizer(novella, folder, size):
    """The first tokens of a byte-level BPE, all of ASCII."""
    data = json.loads((novella / "tokenizer.json").read_text())
    order = sorted(data["model"]["vocab"], key=data["model"]["vocab"].get)
    vocab = {}
    for token in [order[0], order[1], "</s>", "Ċ", "Ġ"] + [chr(c) for c in range(33, 127)]:
        if len(vocab) < size:
            vocab[token] = len(vocab)
    merges = []
    for left, right in data["model"]["merges"]:
        if left in vocab and right in vocab and ((left + right) in vocab or len(vocab) < size):
            vocab.setdefault(left + right, len(vocab))
            merges.append([left, right])
    data["model"] |= {"vocab": vocab, "merges": merges}
    data["added_tokens"] = [{"id": vocab[t], "content": t, "single_word": False, "lstrip": False, "rstrip": False,
                             "normalized": False, "special": True} for t in ("<s>", "</s>") if t in vocab]
    (folder / "tokenizer.json").write_text(json.dumps(data, ensure_ascii=False))
    (folder / "tokenizer_config.json").write_text(json.dumps({
        "add_bos_token": True, "bos_token": "<s>", "eos_token": "</s>", "tokenizer_class": "PreTrainedTokenizerFast"}))


def convert(name, folder, path):
    TextModel.get_vocab_base_pre = lambda self, tokenizer: "gpt-2"
    if name in RAW:
        conversion.ModelBase.load_hparams = staticmethod(
            lambda d, *_, **__: json.loads((Path(d) / "config.json").read_text()))
    hparams = conversion.ModelBase.load_hparams(folder, False)
    kind = conversion.get_model_class(conversion.get_model_architecture(hparams, conversion.ModelType.TEXT))
    kind.set_vocab = TextModel._set_vocab_gpt2
    no_mtp = ["--no-mtp"] if name.startswith(("qwen3-5", "qwen3-next")) else []
    sys.argv = ["convert_hf_to_gguf.py", str(folder), "--outfile", str(path), "--outtype", "f32", *no_mtp]
    convert_hf_to_gguf.main()


def llama_cpp(path, ids):
    options = L.llama_context_default_params()
    options.n_ctx = options.n_batch = options.n_ubatch = max(64, (len(ids) + 31) // 32 * 32)
    options.n_threads = options.n_threads_batch = 1
    options.type_k = options.type_v = options.flash_attn_type = 0
    model = L.llama_model_load_from_file(str(path).encode(), L.llama_model_default_params())
    context = L.llama_init_from_model(model, options)
    batch = L.llama_batch_init(len(ids), 0, 1)
    batch.n_tokens = len(ids)
    for k, token in enumerate(ids):
        batch.token[k], batch.pos[k], batch.n_seq_id[k], batch.logits[k] = token, k, 1, True
        batch.seq_id[k][0] = 0
    assert L.llama_decode(context, batch) == 0
    size = L.llama_vocab_n_tokens(L.llama_model_get_vocab(model))
    logits = numpy.ctypeslib.as_array(L.llama_get_logits(context), (len(ids), size)).astype(numpy.float64)
    losses = of_logits(logits, ids)
    L.llama_batch_free(batch)
    L.llama_free(context)
    L.llama_model_free(model)
    return losses


def main():
    fixtures, novella, out, *names = sys.argv[1:]
    quiet = L.llama_log_callback(lambda level, text, data: None)
    L.llama_log_set(quiet, ctypes.c_void_p(0))
    L.llama_backend_init()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in names:
            with tempfile.TemporaryDirectory() as scratch:
                folder, path = Path(scratch) / name, Path(scratch) / f"{name}.f32.gguf"
                config, windows, losses = build(name, Path(fixtures) / name, folder)
                (folder / "config.json").write_text(json.dumps(config | FOR_CONVERTER.get(name, {})))
                tokenizer(Path(novella), folder, config["vocab_size"])
                convert(name, folder, path)
                golden = {"name": name, "model_type": config["model_type"], "outtype": "f32",
                          "windows": [{"ids": ids, "nll": llama_cpp(path, ids)} for ids in windows]}
                if name in TOLERANCE:
                    golden["tolerance"] = TOLERANCE[name]
                if name not in NOT_PUBLISHED:
                    golden["published"] = {"config": config, "nll": losses}
                for file, data in ((path.name, path.read_bytes()), (f"{name}.f32.golden.json", json.dumps(golden))):
                    archive.writestr(zipfile.ZipInfo(file, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


main()
