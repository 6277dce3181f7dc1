"""Losses of every scored token with Hugging Face transformers in float32, and how long they took.

    python transformers_float32.py MODEL WINDOWS BATCH THREADS [cold] [onednn]

One window is run before the clock starts, unless it is to be a cold start. With `onednn` the linear
layers are computed by oneDNN from weights that it has packed before, as `torch.compile` has it when
it freezes a model.
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

# The kernels for attention that PyTorch has know no soft cap: with them, another model would be timed.
config = transformers.AutoConfig.from_pretrained(model_path)
attention = "eager" if getattr(config, "attn_logit_softcapping", None) else None
model = transformers.AutoModelForCausalLM.from_pretrained(
    model_path, dtype=torch.float32, attn_implementation=attention
).eval()


class OneDnnLinear(torch.nn.Module):
    """A linear layer by oneDNN, which uses AVX-512 on every processor that has it; MKL is much slower
    on AMD's (docs/benchmarks.md)."""

    def __init__(self, linear, rows):
        super().__init__()
        weight = linear.weight.detach()
        if not isinstance(linear, torch.nn.Linear):  # GPT-2's Conv1D has inputs by outputs
            weight = weight.T.contiguous()
        self.packed = torch.ops.mkldnn._reorder_linear_weight(weight, rows)
        self.bias = linear.bias

    def forward(self, x):
        return torch.ops.mkldnn._linear_pointwise(x, self.packed, self.bias, "none", [], "")


def use_onednn(module, rows):
    for name, child in list(module.named_children()):
        if isinstance(child, (torch.nn.Linear, transformers.pytorch_utils.Conv1D)):
            setattr(module, name, OneDnnLinear(child, rows))
        else:
            use_onednn(child, rows)


def losses(group):
    """Mean loss of each window of a group of equal lengths."""
    ids = torch.tensor(group)
    with torch.inference_mode():
        logits = model(ids, use_cache=False).logits[:, :-1]
        logs = torch.log_softmax(logits, dim=-1)
        return (-logs.gather(2, ids[:, 1:, None])[..., 0].mean(1)).tolist()


if "onednn" in sys.argv[5:]:
    with torch.inference_mode():
        use_onednn(model, batch * max(len(window) for window in windows))
if "cold" not in sys.argv[5:]:
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
