/// The operations that programs consist of, one file each, with their laws: what an operation reads
/// and writes, whether a row of its result needs other rows, how many terms it sums and where it
/// rounds. Passes, planner and tolerances ask these laws; only a device's lowering switches over
/// the operations. Not here: how any device computes one.
package io.github.nonplus.program.op;
