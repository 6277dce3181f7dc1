/// The quantization schemes and their arithmetic. Not here: the files that hold quantized weights.
package io.github.nonplus.quantization;
