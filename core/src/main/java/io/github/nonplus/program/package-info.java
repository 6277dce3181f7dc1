/// The language that a model is compiled to: operations over buffers, the passes that improve a
/// program, its memory plan, and the file that holds the outcome. Not here: files of weights, and
/// how any device executes an operation.
package io.github.nonplus.program;
