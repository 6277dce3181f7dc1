/// The losses of finished windows on disk, so that a run that ends early goes on from there: a file
/// of checksummed lines, appended to and forced to the disk batch by batch. Not here: where losses
/// come from, and what perplexity they amount to (`perplexity`).
package io.github.nonplus.journal;
