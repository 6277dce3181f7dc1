package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Context;
import io.github.nonplus.device.opencl.binding.Memory;
import java.util.ArrayList;
import java.util.List;

/// Device memory that ends together.
public final class Allocations implements AutoCloseable {
  private final Context context;
  private final List<Memory> all = new ArrayList<>();
  private long bytes;

  public Allocations(Context context) {
    this.context = context;
  }

  /// @param purpose for the sentence if there is not enough: `the activations`
  public Memory take(long size, String purpose) {
    Memory memory = context.allocate(size, purpose);
    all.add(memory);
    bytes += size;
    return memory;
  }

  /// Of all together.
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    all.forEach(Memory::close);
  }
}
