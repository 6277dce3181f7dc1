/// bitsandbytes' four-bit formats, bit for bit as the library computes them on a processor: two
/// tables of codes, blocks of 64, and the second quantization of their maxima. Not here: which
/// matrices of a model are quantized (`reference.pytorch`).
package io.github.nonplus.reference.bitsandbytes;
