/// Models as llama.cpp's metadata describe them: the configuration that a family here reads, and
/// which tensor of a file is which of the family's. Not here: the file format (`gguf`), the numbers
/// (`weights.gguf`).
package io.github.nonplus.model.gguf;
