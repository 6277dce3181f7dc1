/// What the benchmarks of every device count.
package io.github.nonplus.device;
