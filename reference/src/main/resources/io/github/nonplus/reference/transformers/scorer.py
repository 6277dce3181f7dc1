"""Scores windows of token ids with transformers. Nonplus starts it: python -c SCRIPT MODEL VARIANT THREADS

Every line of standard input is a window as JSON, {"ids": [...], "scored": N}; every line of standard
output answers one, {"nll": [...]}: -ln p of its last N ids, each given all before it. The first line
that is written says what computes, or {"failure": "a sentence"}, after which nothing follows.
"""

import sys

# Before Python 3.11 only this keeps what lies in the current folder from being taken for a library.
sys.path[:] = [entry for entry in sys.path if entry]

import importlib
import importlib.metadata
import json
import os
import re

answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)  # whatever libraries print goes to standard error


def answer(record):
    answers.write(json.dumps(record) + "\n")
    answers.flush()


def fail(sentence):
    answer({"failure": sentence})
    sys.exit(1)


def require(package, least):
    """The version of a package that is there and not older than `least`."""
    command = f"'{sys.executable}' -m pip install --upgrade '{package}>={least}', or let nonplus hf-calculate-perplexity --install set up a Python that has all"
    try:
        importlib.import_module(package)
        version = importlib.metadata.version(package)
    except Exception as problem:
        fail(f"{sys.executable} cannot import the package {package} ({one_line(problem)}); install it: {command}")
    if numbers(version) < numbers(least):
        fail(f"{sys.executable} has {package} {version}, but {least} or newer is needed; install it: {command}")
    return version


def numbers(version):
    return [int(part) for part in re.findall(r"\d+", version)[:2]]


def one_line(problem):
    return " ".join(str(problem).split()) or type(problem).__name__


def load(path, variant):
    import torch
    from transformers import AutoModelForCausalLM

    kind, _, double = variant.partition("-")
    # Other kinds of attention drop what they do not know, such as Gemma 2's cap of the scores.
    options = {
        "dtype": torch.float32,
        "local_files_only": True,
        "trust_remote_code": False,
        "attn_implementation": "eager",
    }
    if has_kinds_of_experts():
        options["experts_implementation"] = "eager"  # the default does not take float64
    if kind == "bfloat16":
        options["dtype"] = torch.bfloat16
    if kind in ("fp4", "nf4"):
        from transformers import BitsAndBytesConfig

        options["device_map"] = {"": "cpu"}
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type=kind,
            bnb_4bit_use_double_quant=bool(double),
            bnb_4bit_compute_dtype=torch.float32,
        )
    try:
        model = AutoModelForCausalLM.from_pretrained(path, **options).eval()
    except ValueError as problem:
        if "Unrecognized configuration class" not in str(problem):
            raise
        # Some models of pictures and text are no others; given text, they are.
        from transformers import AutoModelForImageTextToText

        model = AutoModelForImageTextToText.from_pretrained(path, **options).eval()
    # On some processors bitsandbytes multiplies in bfloat16, whatever the compute dtype says.
    for module in model.modules():
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False
    return model.double() if kind == "float64" else model


def has_kinds_of_experts():
    """Whether transformers can compute mixtures of experts in more than one way; older ones refuse the option."""
    from transformers import PreTrainedModel

    return hasattr(PreTrainedModel, "set_experts_implementation")


def losses(model, ids, scored):
    import torch

    with torch.inference_mode():
        logits = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0]
        rows = logits[len(ids) - 1 - scored : len(ids) - 1]
        rows = rows if rows.dtype == torch.float64 else rows.float()
        targets = torch.tensor(ids[len(ids) - scored :])
        return torch.nn.functional.cross_entropy(rows, targets, reduction="none").double().tolist()


def main():
    path, variant, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    versions = {"python": sys.version.split()[0], "torch": require("torch", "2.3"), "transformers": require("transformers", "4.56")}
    if variant.startswith(("fp4", "nf4")):
        versions["accelerate"] = require("accelerate", "1.0")
        versions["bitsandbytes"] = require("bitsandbytes", "0.46")
    import torch
    import transformers

    torch.set_num_threads(threads)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        model = load(path, variant)
    except Exception as problem:
        fail(f"transformers cannot load {path}: {one_line(problem)}")
    config = model.config
    if hasattr(config, "get_text_config"):  # of a model of pictures and text, the part that counts
        config = config.get_text_config()
    answer(
        {
            "versions": versions,
            "model_type": model.config.model_type,
            "vocabulary": config.vocab_size,
            "longest_window": getattr(config, "max_position_embeddings", None) or 2**31 - 1,
            "bytes": model.get_memory_footprint(return_buffers=False),
            "attention": getattr(model.config, "_attn_implementation", "") or "",
        }
    )
    for line in sys.stdin:
        window = json.loads(line)
        try:
            answer({"nll": losses(model, window["ids"], window["scored"])})
        except Exception as problem:
            fail(f"transformers cannot score a window: {one_line(problem)}")


main()
