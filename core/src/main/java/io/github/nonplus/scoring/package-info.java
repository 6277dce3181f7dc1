/// A model opened once, to which any number of threads give windows or texts and get losses: what
/// engines of others stand on. Not here: files of windows, journals, results (`perplexity`).
package io.github.nonplus.scoring;
