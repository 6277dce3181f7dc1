/// How Hugging Face checkpoints whose weights are quantized already store them: by what
/// `quantization_config` says, or by the tensors beside a matrix. Not here: what the stored bits
/// mean, which is a format's, and other containers.
package io.github.nonplus.storage;
