/// The families under MLC LLM's names: which parameters its weight directories hold, and what its
/// configuration says. Not here: the bytes of those directories (`weights.mlc`), and what a family
/// computes.
package io.github.nonplus.model.mlc;
