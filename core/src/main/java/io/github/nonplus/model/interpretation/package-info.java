/// The functions that one checkpoint's weights can be taken for: the model that was published, and
/// what a runtime makes of it, with the differences between the two by name. An open notion: a
/// container states which there are. Not here: what any runtime computes (`model.mlc` and its
/// like).
package io.github.nonplus.model.interpretation;
