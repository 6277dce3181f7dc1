/// A Hugging Face model as its files say it, read once more and independently: configuration and
/// tensors. Not here: anything of `checkpoint`, `weights` or `model.llama`, which this is to check.
package io.github.nonplus.reference.checkpoint;
