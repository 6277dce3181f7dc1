"""Losses of every scored token with llama.cpp, through llama-cpp-python's low-level interface.

    python llama_cpp_logits.py GGUF WINDOWS THREADS
"""

import ctypes
import json
import sys
import time

import llama_cpp
import numpy as np

path, windows_path, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
windows = [[int(i) for i in line.split()] for line in open(windows_path)]
longest = max(map(len, windows))

silence = llama_cpp.llama_log_callback(lambda *_: None)  # must live as long as the library
llama_cpp.llama_log_set(silence, ctypes.c_void_p())
llama_cpp.llama_backend_init()
model = llama_cpp.llama_model_load_from_file(path.encode(), llama_cpp.llama_model_default_params())
params = llama_cpp.llama_context_default_params()
params.n_ctx = params.n_batch = params.n_ubatch = longest
params.n_threads = params.n_threads_batch = threads
context = llama_cpp.llama_init_from_model(model, params)
vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(model))
batch = llama_cpp.llama_batch_init(longest, 0, 1)


def loss(ids):
    llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(context), True)
    batch.n_tokens = len(ids)
    for i, token in enumerate(ids):
        batch.token[i] = token
        batch.pos[i] = i
        batch.n_seq_id[i] = 1
        batch.seq_id[i][0] = 0
        batch.logits[i] = i < len(ids) - 1
    if llama_cpp.llama_decode(context, batch) != 0:
        sys.exit("llama_decode failed")
    logits = np.ctypeslib.as_array(llama_cpp.llama_get_logits(context), (len(ids) - 1, vocabulary))
    largest = logits.max(axis=1, keepdims=True)
    sums = np.exp(logits - largest).sum(axis=1, dtype=np.float64)
    return float((np.log(sums) + largest[:, 0] - logits[np.arange(len(ids) - 1), ids[1:]]).mean())


loss(windows[0])  # warm-up
start = time.perf_counter()
nll = [loss(ids) for ids in windows]
seconds = time.perf_counter() - start
print(json.dumps({"version": f"llama-cpp-python {llama_cpp.__version__}", "seconds": seconds, "nll": nll}))
