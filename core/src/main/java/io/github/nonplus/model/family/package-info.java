/// The families of models, one file each: how a configuration says what is computed, and under
/// which names a checkpoint stores it. To add one, add its file and its line to `Families`, and its
/// fixture to the folder of fixtures. Not here: how the parts of a decoder become a program
/// (`model.decoder`), and the names that MLC gives (`model.mlc`).
package io.github.nonplus.model.family;
