/// Weights of models in GGUF, mapped. Not here: the file format (`gguf`), what the bits of a type
/// mean (`weights.ggml`), and which tensor is which of a model (`model.gguf`).
package io.github.nonplus.weights.gguf;
