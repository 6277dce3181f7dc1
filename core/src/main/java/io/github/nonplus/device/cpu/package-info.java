/// The device `cpu`: float32 arithmetic on this machine's processors. [Kernels#scalar] defines what
/// every operation means. Activations lie in [Strips], weights in [Tiles]. Not here: the Vector
/// API, which only faster kernels may use.
package io.github.nonplus.device.cpu;
