/// GGUF, the file format of llama.cpp, as far as it is a format: metadata, and where tensors lie.
/// Not here: what the bits of a tensor mean (`weights.ggml`), what the metadata mean (`model.gguf`,
/// `tokenizer.gguf`).
package io.github.nonplus.gguf;
