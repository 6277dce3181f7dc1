"""Losses of every scored token with Hugging Face transformers in float32, and how long they took.

    python transformers_float32.py MODEL WINDOWS BATCH THREADS [cold]

One window is run before the clock starts, unless it is to be a cold start.
"""

import json
import sys
import time

import torch
import transformers

model_path, windows_path, batch, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
transformers.logging.set_verbosity_error()
windows = [[int(i) for i in line.split()] for line in open(windows_path)]
model = transformers.AutoModelForCausalLM.from_pretrained(
    model_path, dtype=torch.float32, attn_implementation="sdpa"
).eval()


def losses(group):
    """Mean loss of each window of a group of equal lengths."""
    ids = torch.tensor(group)
    with torch.inference_mode():
        logits = model(ids, use_cache=False).logits[:, :-1]
        logs = torch.log_softmax(logits, dim=-1)
        return (-logs.gather(2, ids[:, 1:, None])[..., 0].mean(1)).tolist()


if sys.argv[5:] != ["cold"]:
    losses(windows[:1])
start = time.perf_counter()
nll = []
at = 0
while at < len(windows):
    end = at + 1
    while end < len(windows) and end - at < batch and len(windows[end]) == len(windows[at]):
        end += 1
    nll += losses(windows[at:end])
    at = end
seconds = time.perf_counter() - start
print(json.dumps({"version": f"transformers {transformers.__version__}, torch {torch.__version__}", "seconds": seconds, "nll": nll}))
