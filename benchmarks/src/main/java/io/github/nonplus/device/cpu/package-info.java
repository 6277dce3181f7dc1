/// Benchmarks of the CPU device's kernels, in the package whose parts they time. Each compares what
/// it is about to time with the scalar definition first.
package io.github.nonplus.device.cpu;
