/// What a `tokenizer.json` must be before the native library sees it. Each rule stands for a kind
/// of file that ended, stalled or filled that library, or that makes ids by chance. Not here: the
/// vocabulary and the post-processor, which are understood and so checked where they are read.
package io.github.nonplus.tokenizer.rules;
