/// Tensors and matrices as they lie in files, and the formats that hold them. Not here: what a
/// tensor means to a model, and anything about devices.
package io.github.nonplus.weights;
