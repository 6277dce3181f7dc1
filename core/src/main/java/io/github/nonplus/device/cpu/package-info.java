/// The device `cpu`: float32 arithmetic on this machine's processors. `ScalarKernels` defines what
/// every operation means. Not here: the Vector API, which only faster kernels may use.
package io.github.nonplus.device.cpu;
