/// The command `nonplus`: parsing and printing. Each command is one call into the library. Not
/// here: anything that computes.
package io.github.nonplus.cli;
