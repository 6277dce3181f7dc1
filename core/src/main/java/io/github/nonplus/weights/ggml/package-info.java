/// The block formats of ggml, one file a type, each the definition of what its bits mean. Not here:
/// the file that holds them.
package io.github.nonplus.weights.ggml;
