/// What the processor can do at most, for comparison with what the kernels reach.
package io.github.nonplus.device.cpu.vector;
