/// The families that the engine pytorch knows: from a `config.json` to what a [Decoder] computes,
/// written down a second time, from transformers' definitions. Not here: anything of `model`, which
/// this is to check.
package io.github.nonplus.reference.family;
