"""A file of llama-perplexity --kl-divergence-base, and what a candidate's divergence from it is.

    python kld_file.py MODEL_DIR IDS TOKENS CHUNKS OUT.kld OUT.json

The logits are llama.cpp's own (llama-cpp-python): of MODEL_DIR, a float16 Llama in Hugging Face's
form, and of the same in q4f16_0. llama-cpp-python has no llama-perplexity, so the file is written
here as perplexity.cpp writes it (commit 050fc7f3): chunks of TOKENS ids out of IDS, the first id of
each replaced by BOS while the model runs, the second half scored. The divergence follows the same
source. Weights and cache are float32 and attention is not fused, so that little but the order of
sums sets llama.cpp apart.
"""

import ctypes
import json
import sys
import tempfile
from pathlib import Path

import gguf
import llama_cpp
import numpy as np
from safetensors.numpy import load_file

directory, ids_path = Path(sys.argv[1]), Path(sys.argv[2])
n_ctx, n_chunk, out, golden = int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]), Path(sys.argv[6])
config = json.loads((directory / "config.json").read_text())
heads, keys, vocabulary = config["num_attention_heads"], config["num_key_value_heads"], config["vocab_size"]
bos = config["bos_token_id"]
text = [int(i) for i in ids_path.read_text().split()][: n_ctx * n_chunk]
assert len(text) == n_ctx * n_chunk


def requantized(weight):
    """What is left of a float16 matrix after q4f16_0: groups of 32 inputs, ties to even."""
    groups = weight.reshape(weight.shape[0], -1, 32)
    scale = (np.abs(groups).max(axis=2, keepdims=True) / np.float16(7)).astype(np.float16)
    codes = np.clip(np.rint((groups / scale).astype(np.float16) + np.float16(7)), 0, 14)
    return ((codes - np.float16(7)) * scale).astype(np.float16).reshape(weight.shape)


def interleaved(weight, count):
    """Rows of a query or key projection in the order in which llama.cpp rotates them."""
    return weight.reshape(count, 2, -1, weight.shape[1]).swapaxes(1, 2).reshape(weight.shape)


def write_gguf(path, quantized):
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(keys)
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(vocabulary)
    writer.add_tokenizer_model("no_vocab")
    for name, value in load_file(directory / "model.safetensors").items():
        value = requantized(value) if quantized and value.ndim == 2 else value
        if "q_proj" in name or "k_proj" in name:
            value = interleaved(value, heads if "q_proj" in name else keys)
        writer.add_tensor(renamed(name), value.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def renamed(name):
    for ours, theirs in {
        "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
        "model.layers": "blk", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
        "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate",
        "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm",
        "post_attention_layernorm": "ffn_norm",
    }.items():
        name = name.replace(ours, theirs)
    return name


def all_logits(path):
    """Of each chunk, the logits after each token of its second half but the last: [n_chunk, rows, v]."""
    model = llama_cpp.llama_model_load_from_file(str(path).encode(), llama_cpp.llama_model_default_params())
    params = llama_cpp.llama_context_default_params()
    params.n_ctx = params.n_batch = params.n_ubatch = n_ctx
    params.n_threads = params.n_threads_batch = 1
    params.type_k = params.type_v = 0  # float32
    params.flash_attn_type = 0
    context = llama_cpp.llama_init_from_model(model, params)
    assert llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(model)) == vocabulary
    batch = llama_cpp.llama_batch_init(n_ctx, 0, 1)
    first, found = n_ctx // 2, []
    for chunk in range(n_chunk):
        ids = [bos] + text[chunk * n_ctx + 1 : (chunk + 1) * n_ctx]
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(context), True)
        batch.n_tokens = n_ctx
        for i, token in enumerate(ids):
            batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.seq_id[i][0] = token, i, 1, 0
            batch.logits[i] = i >= first
        assert llama_cpp.llama_decode(context, batch) == 0
        rows = np.ctypeslib.as_array(llama_cpp.llama_get_logits(context), (n_ctx - first, vocabulary))
        found.append(rows[: n_ctx - 1 - first].copy())
    return np.stack(found)


f32 = np.float32


def recorded(logits):
    """A row as the file holds it: scale, least, codes."""
    largest = logits.max()
    least = max(logits.min(), largest - f32(16))
    log_sum = f32(np.log(np.exp(logits - largest).sum(dtype=np.float64)))
    scale = (largest - least) / f32(65535)
    codes = np.where(logits > least, np.rint((f32(1) / scale) * (logits - least)), 0)
    return scale, least - largest - log_sum, codes.astype(np.uint16)


def divergence(scale, least, codes, logits):
    log_p = scale * codes.astype(f32) + least
    largest = logits.max()
    log_sum = f32(np.log(np.exp(logits - largest).sum(dtype=np.float64)))
    counted = log_p > f32(-16)
    terms = np.exp(log_p[counted]) * (log_p[counted] - logits[counted] + (largest + log_sum))
    return float(terms.sum(dtype=np.float64)), int(log_p.argmax()) == int(logits.argmax())


silence = llama_cpp.llama_log_callback(lambda *_: None)
llama_cpp.llama_log_set(silence, ctypes.c_void_p())
llama_cpp.llama_backend_init()
with tempfile.TemporaryDirectory() as temporary:
    both = []
    for quantized in (False, True):
        path = Path(temporary) / f"{quantized}.gguf"
        write_gguf(path, quantized)
        both.append(all_logits(path))
base, candidate = both

chunks = []
with out.open("wb") as file:
    file.write(b"_logits_" + np.array([n_ctx, vocabulary, n_chunk] + text, dtype="<i4").tobytes())
    for chunk in range(n_chunk):
        klds, same, nll, base_nll = [], 0, [], []
        for row in range(base.shape[1]):
            target = text[chunk * n_ctx + n_ctx // 2 + row + 1]
            scale, least, codes = recorded(base[chunk, row])
            file.write(np.array([scale, least], dtype="<f4").tobytes() + codes.astype("<u2").tobytes())
            file.write(b"\0\0" * (vocabulary % 2))
            kld, top = divergence(scale, least, codes, candidate[chunk, row])
            klds.append(kld)
            same += top
            logits = candidate[chunk, row].astype(np.float64)
            nll.append(float(np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[target]))
            base_nll.append(-float(scale * f32(codes[target]) + least))
        chunks.append({"kld": klds, "same_top": same, "nll": nll, "base_nll": base_nll})
golden.write_text(
    json.dumps({"llama_cpp_python": llama_cpp.__version__, "bos": bos, "chunks": chunks}, indent=1) + "\n"
)
