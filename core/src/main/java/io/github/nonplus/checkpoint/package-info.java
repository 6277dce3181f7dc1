/// A model on disk, in either of its two forms: a Hugging Face checkpoint or MLC's weight
/// directory. Not here: what the formats look like (`weights`) and what a model computes (`model`).
package io.github.nonplus.checkpoint;
