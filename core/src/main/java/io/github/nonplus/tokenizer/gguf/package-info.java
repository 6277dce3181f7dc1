/// Tokenizers as llama.cpp keeps them in metadata, made into the `tokenizer.json` of Hugging Face's
/// library. Not here: the file format (`gguf`), and running a tokenizer.
package io.github.nonplus.tokenizer.gguf;
