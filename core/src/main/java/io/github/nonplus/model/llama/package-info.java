/// The Llama family: decoders with root mean square norms, grouped-query attention, rotary
/// positions and a gated feed-forward layer.
package io.github.nonplus.model.llama;
