/// The contract of a device: a lowering of programs, and batches to run them on. Not here:
/// perplexity, windows files, and where weights come from.
package io.github.nonplus.device;
