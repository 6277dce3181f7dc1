/// The native tokenizer in a process of its own. Hugging Face's library ends its whole process when
/// something goes wrong inside of it (a panic, an abort, no more memory), and its tokenizers come
/// in files from strangers: so it never runs in ours. Not here: what a `tokenizer.json` means, and
/// which of them are handed over at all.
package io.github.nonplus.tokenizer.fence;
