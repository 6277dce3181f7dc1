"""Llama-2-7B's shape with random float16 weights in transformers on a GPU: logits and cross entropy
of windows of random ids, by SDPA, eager or compiled. Prints tokens a second as JSON.

    transformers_float16_gpu.py WINDOW [--compile]
"""

import json
import statistics
import sys
import time

import torch
import transformers

TOKENS = 8192
window = int(sys.argv[1])
compiled = "--compile" in sys.argv
config = transformers.LlamaConfig(
    hidden_size=4096, intermediate_size=11008, num_attention_heads=32, num_hidden_layers=32,
    vocab_size=32000, max_position_embeddings=4096, attn_implementation="sdpa")
torch.set_default_dtype(torch.float16)
with torch.device("cuda"):
    model = transformers.LlamaForCausalLM(config).eval()
ids = torch.randint(3, 32000, (TOKENS // window, window), device="cuda")
forward = torch.compile(model) if compiled else model


@torch.inference_mode()
def batch():
    torch.cuda.synchronize()
    begin = time.perf_counter()
    logits = forward(ids, use_cache=False).logits
    loss = torch.nn.functional.cross_entropy(
        logits[:, :-1].float().flatten(0, 1), ids[:, 1:].flatten())
    loss.item()
    return time.perf_counter() - begin


times = [batch() for _ in range(10)][3:]
print(json.dumps({
    "device": torch.cuda.get_device_name(),
    "window": window,
    "compiled": compiled,
    "tokens_per_second": TOKENS / statistics.median(times),
    "memory_gb": torch.cuda.max_memory_allocated() / 1e9,
}))
