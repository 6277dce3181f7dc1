/// Formats of small codes with their scales apart: of GPTQ, AWQ, compressed-tensors, FP8, NVFP4,
/// MXFP4, bitsandbytes, HQQ, MLX. Not here: which checkpoint stores which parameter so, which
/// `storage` says; blocks that hold their own scales, which are ggml's.
package io.github.nonplus.weights.codes;
