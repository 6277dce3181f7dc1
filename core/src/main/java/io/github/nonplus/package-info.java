/// Nonplus measures the perplexity of quantized language models. Everything lies in the packages
/// below, each named for its noun.
package io.github.nonplus;
