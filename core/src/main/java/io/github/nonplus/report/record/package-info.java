/// A result with everything it was made of in one file: every window's ids and losses, and the text
/// that the ids stand for. Comparisons and pages are made from such files alone, without the model,
/// its tokenizer or the file of windows. Not here: what is computed from them.
package io.github.nonplus.report.record;
