/// The same models computed by PyTorch, as an independent check: which precisions there are, and
/// one run from request to results. What is shared with the rest of Nonplus ends at windows, files
/// and the form of results: checkpoints are read here once more, and the forward pass is PyTorch's.
package io.github.nonplus.reference;
