/// A model on disk, in each of its forms: a Hugging Face checkpoint, MLC's weight directory, a file
/// in GGUF. Not here: what the formats look like (`weights`) and what a model computes (`model`).
package io.github.nonplus.checkpoint;
