/// What operations read and write: buffers and their columns, and the checkpoint's tensors by name.
/// Not here: what is done with them.
package io.github.nonplus.program.operand;
