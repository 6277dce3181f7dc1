/// From text to token ids and back, as the model's own `tokenizer.json` says. Not here: texts, and
/// the windows that ids are cut into.
package io.github.nonplus.tokenizer;
