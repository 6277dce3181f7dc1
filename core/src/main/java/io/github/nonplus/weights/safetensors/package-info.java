/// Hugging Face checkpoints: safetensors files, alone or in shards with an index. Not here: what
/// the tensors mean to a model, and PyTorch's own `.bin` files.
package io.github.nonplus.weights.safetensors;
