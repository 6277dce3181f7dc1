/// MLC LLM's converted-model directories: shards, index, `mlc-chat-config.json`; written byte for
/// byte as MLC writes them, read from strangers. Not here: the arithmetic of quantization.
package io.github.nonplus.weights.mlc;
