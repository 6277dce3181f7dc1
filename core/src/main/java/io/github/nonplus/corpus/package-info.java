/// Texts, and the windows of token ids that they become. Not here: the tokenizer that turns a text
/// into ids, and anything about models.
package io.github.nonplus.corpus;
