"""The perplexities that other tools' own code gives for novella-6m, on the first rows of WikiText-2's test split.

    python originals.py ORIGINALS MODEL WIKI_TEST_RAW OUTPUT.json

ORIGINALS is a folder with the tools' files, whose digests are written to the output; they run as they are. Only their
surroundings are replaced: `datasets.load_dataset` hands out the rows, and where a tool has an engine of its own that
needs a GPU or a converted model, transformers in float64 stands in for it. mlx_lm is the installed package, in
float32 on a CPU. llama.cpp's loop, which is in C++, is written out here.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import io
import json
import math
import re
import runpy
import sys
import tempfile
import types
from pathlib import Path

import datasets
import numpy as np
import pandas
import torch
import transformers

ORIGINALS, MODEL, WIKI, OUTPUT = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4]
ROWS = 60

lines = Path(WIKI).read_text(encoding="utf-8").split("\n")[:ROWS]
raw = "".join(line + "\n" for line in lines)
rows = ["" if line == " " else line + "\n" for line in lines]

load_pretrained = transformers.AutoModelForCausalLM.from_pretrained
model = load_pretrained(MODEL, dtype=torch.float64).eval()
tokenizer = transformers.AutoTokenizer.from_pretrained(MODEL)
transformers.AutoModelForCausalLM.from_pretrained = lambda *_, **__: model
datasets.load_dataset = lambda *_, **__: {"text": rows}


def module(name, **members):
    """A stand-in for a module, with the modules that it is in."""
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made
    if "." in name:
        outer, inner = name.rsplit(".", 1)
        setattr(sys.modules.get(outer) or module(outer), inner, made)
    return made


def original(name):
    spec = importlib.util.spec_from_file_location(name, f"{ORIGINALS}/{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@contextlib.contextmanager
def printed():
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        yield out


def number(out, pattern):
    return float(re.search(pattern, out.getvalue()).group(1))


def logits(ids):
    with torch.no_grad():
        return model(ids).logits


class PlainTokenizer:
    """exllama's: no special tokens, a batch of one."""

    actual_vocab_size = model.config.vocab_size

    def encode(self, text):
        return torch.tensor([tokenizer.encode(text, add_special_tokens=False)], dtype=torch.long)

    def decode(self, ids):
        return tokenizer.decode(ids)


def autogptq():
    calculation = original("autogptq").Perplexity(model, tokenizer)
    assert calculation._text == raw
    running = [float(value) for value in calculation.calculate_perplexity(512, 512)]
    return {"window": 512, "windows": len(running), "perplexity": running[-1],
            "mean_of_running_perplexities": float(np.mean(running))}


def hf_evaluate():
    metric = original("evaluate_perplexity_metric").Perplexity()
    tokenizer.pad_token = tokenizer.bos_token  # as it would for a batch of several; texts are padded on the right
    transformers.AutoTokenizer.from_pretrained = lambda *_, **__: tokenizer
    texts = [row for row in rows if row]
    result = metric._compute(texts, MODEL, batch_size=1, device="cpu", max_length=128)
    return {"window": 128, "windows": len(texts), "perplexity": float(result["mean_perplexity"]),
            "first_perplexities": result["perplexities"][:3]}


def exllamav2(length=256, count=18):
    config = types.SimpleNamespace(
        max_input_len=length, arch=types.SimpleNamespace(lm=types.SimpleNamespace(requires_bos=False)))
    engine = types.SimpleNamespace(
        config=config, tp_context=None, loaded=True, modules=[types.SimpleNamespace(device=lambda: "cpu")],
        forward=lambda ids, *_, **__: logits(ids))
    start = module(
        "exllamav2.model_init", add_args=lambda parser: None, check_args=lambda args: None,
        print_options=lambda args: None, init=lambda *_, **__: (engine, PlainTokenizer()))
    caches = ["ExLlamaV2Cache" + kind for kind in ("", "_8bit", "_Q4", "_Q6", "_Q8", "_TP")]
    for name in caches + ["ExLlamaV2", "ExLlamaV2Config", "ExLlamaV2Tokenizer"]:
        setattr(sys.modules["exllamav2"], name, object)
    assert sys.modules["exllamav2"].model_init is start
    module("exllamav2.generator", ExLlamaV2BaseGenerator=object, ExLlamaV2Sampler=object)
    module("exllamav2.attn", ExLlamaV2Attention=object)
    module("exllamav2.mlp", ExLlamaV2MLP=object)
    module("exllamav2.moe_mlp", ExLlamaV2MoEMLP=object)
    module("exllamav2.parallel_decoder", ExLlamaV2ParallelDecoder=object)
    module("exllamav2.conversion.bot_status", print_stage=None)
    module("exllamav2.conversion.quantize", list_live_tensors=None)
    module("exllamav2.conversion.tokenize", get_tokens=original("exllamav2_tokenize").get_tokens)
    torch.cuda._lazy_init = lambda: None
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/rows.parquet"
        pandas.DataFrame({"text": rows}).to_parquet(file, engine="fastparquet")
        sys.argv = ["test_inference.py", "-ed", file, "-er", str(count), "-el", str(length)]
        with printed():
            end = runpy.run_path(f"{ORIGINALS}/exllamav2_test_inference.py")
    return {"window": length, "windows": count, "perplexity": end["perplexity"]}


def exllamav3(length=256, count=100):
    class Progress(contextlib.nullcontext):
        def __init__(self, *_):
            super().__init__(self)

        def update(self, *_):
            pass

    module("exllamav3", model_init=None, Tokenizer=None, Config=None)
    module("exllamav3.util.file", disk_lru_cache=lambda _: lambda function: function)
    module("exllamav3.util.progress", ProgressBar=Progress)
    module("exllamav3.util.misc", prepend_hf_chat_context=None)
    module("exllamav3.util.memory", free_mem=None)
    module("exllamav3.util.measures",
           compute_target_log_probs=original("exllamav3_measures").compute_target_log_probs)
    options = types.SimpleNamespace(rows=count, length=length, gen_prompt=False)
    with printed() as out:
        original("exllamav3_ppl").eval_default(None, None, PlainTokenizer(), options, lambda _, ids: logits(ids))
    return {"window": length, "windows": int(number(out, r"Evaluated: (\d+)")),
            "perplexity": number(out, r"Perplexity: ([\d.]+)")}


def mlx(length=256, count=16):
    import mlx.core
    import mlx_lm.perplexity as tool
    from mlx_lm.tuner.datasets import TextDataset

    engine, its_tokenizer = tool.load(MODEL)
    engine.set_dtype(mlx.core.float32)
    samples = TextDataset([{"text": row} for row in rows], its_tokenizer)
    tool.load_dataset = lambda *_: [samples]
    permutation, np.random.permutation = np.random.permutation, np.arange
    data = tool.load_data(its_tokenizer, "", count, length)
    np.random.permutation = permutation
    with printed():
        perplexity, error = tool.eval_ppl(engine, data)
    losses = []
    for ids in torch.tensor(np.array(data), dtype=torch.long):  # what mlx's own float32 should have been
        of_all = torch.log_softmax(logits(ids[None, :-1])[0], -1)
        losses.append(-of_all.gather(1, ids[1:, None]))
    return {"window": length, "windows": len(data), "perplexity_in_float32": perplexity,
            "standard_error_in_float32": error, "perplexity": torch.cat(losses).mean().exp().item()}


def mnn():
    engine = types.SimpleNamespace(
        set_config=lambda _: None, load=lambda: None, generate_init=lambda: None, reset=lambda: None,
        tokenizer_encode=tokenizer.encode,
        forward=lambda ids: types.SimpleNamespace(read=lambda: logits(torch.tensor([ids])).numpy()))
    module("MNN")
    module("MNN.llm", create=lambda _: engine)
    options = types.SimpleNamespace(mnn_path="", attention_mode=8, eval_dataset="Salesforce/wikitext/wikitext-2-raw-v1")
    with printed() as out:
        original("mnn").main(options)
    return {"window": 768, "stride": 512, "perplexity": number(out, r"Perplexity: ([\d.]+)")}


def qefficient(length=512, stride=256):
    module("QEfficient.generation.cloud_infer", QAICInferenceSession=None)
    module("onnxruntime")
    tool = original("qefficient")
    session = types.SimpleNamespace(run=lambda **inputs: model(**inputs))
    loader = tool.WikiTextDataLoader("wikitext-2-raw-v1", MODEL, length, 1, stride)
    with tempfile.NamedTemporaryFile() as log:
        perplexity, _ = tool.calculate_perplexity(loader, session, length, 1, "torch", 1, log.name, MODEL)
    return {"window": length, "stride": stride, "windows": len(loader), "perplexity": float(perplexity)}


def llamacpp_stride(window=512, stride=256):
    """perplexity_v2 of tools/perplexity/perplexity.cpp, whose n_ctx is the window here."""
    ids = tokenizer.encode(raw)
    chunks = -(-(len(ids) - window) // stride)
    nll, count = 0.0, 0
    for chunk in range(chunks):
        start = chunk * stride
        out = logits(torch.tensor([ids[start : start + window]]))[0]
        for j in range(window - stride - 1, window - 1):
            nll -= torch.log_softmax(out[j], 0)[ids[start + j + 1]].item()
            count += 1
    return {"window": window, "stride": stride, "windows": chunks, "perplexity": math.exp(nll / count)}


def main():
    made = {
        "model": "novella-6m",
        "text": {"rows": ROWS, "raw_sha256": hashlib.sha256(raw.encode()).hexdigest()},
        "versions": {name: importlib.metadata.version(name) for name in (
            "torch", "transformers", "tokenizers", "numpy", "evaluate", "datasets", "mlx-lm", "mlx", "pandas")},
        "originals": {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                      for path in sorted(Path(ORIGINALS).glob("*.py"))},
    }
    for tool in (exllamav2, autogptq, hf_evaluate, exllamav3, mlx, mnn, qefficient, llamacpp_stride):
        made[tool.__name__.replace("_", "-")] = tool()
        print(tool.__name__, made[tool.__name__.replace("_", "-")], file=sys.stderr)
    Path(OUTPUT).write_text(json.dumps(made, indent=1) + "\n")


main()
