/// What improves a program before it is planned: each pass a function from program to program, all
/// of them in the one list of `Passes`. Not here: anything that depends on a device.
package io.github.nonplus.program.passes;
