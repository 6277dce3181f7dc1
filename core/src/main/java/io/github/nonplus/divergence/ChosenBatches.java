package io.github.nonplus.divergence;

import java.util.Arrays;

/// Some windows of a comparison, each a batch by itself.
///
/// @param single all windows, one a batch
/// @param chosen their indices, from 0
record ChosenBatches(Batches single, int[] chosen) implements Batches {
  @Override
  public int windows() {
    return chosen.length;
  }

  @Override
  public long ids() {
    long[] ids = {0};
    forEach((_, batch) -> ids[0] += batch.tokens());
    return ids[0];
  }

  @Override
  public SideProvider.Room room() {
    return single.room();
  }

  @Override
  public void forEach(Sink sink) {
    single.forEach(
        (window, batch) -> {
          if (Arrays.stream(chosen).anyMatch(each -> each == window)) {
            sink.accept(window, batch);
          }
        });
  }
}
