/// The kernels of the CPU device in Java's Vector API, which no other package may use. They compute
/// the same bits as the scalar ones of `device.cpu`.
package io.github.nonplus.device.cpu.vector;
