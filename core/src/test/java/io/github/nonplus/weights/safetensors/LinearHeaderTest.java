package io.github.nonplus.weights.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A checkpoint costs as many steps as it has tensors, times a few: counted, not timed.
class LinearHeaderTest {
  /// Going through all tensors for: names, a summary, the elements of a file, and as much again.
  private static final int PASSES = 8;

  @TempDir Path directory;
  private final AtomicLong steps = new AtomicLong();

  /// A map whose entries count how often they are handed out.
  private final class Counted extends AbstractMap<String, HeaderEntry> {
    private final Map<String, HeaderEntry> map;

    Counted(Map<String, HeaderEntry> map) {
      this.map = map;
    }

    @Override
    public HeaderEntry get(Object key) {
      steps.incrementAndGet();
      return map.get(key);
    }

    @Override
    public boolean containsKey(Object key) {
      steps.incrementAndGet();
      return map.containsKey(key);
    }

    @Override
    public Set<Entry<String, HeaderEntry>> entrySet() {
      return new AbstractSet<>() {
        @Override
        public int size() {
          return map.size();
        }

        @Override
        public Iterator<Entry<String, HeaderEntry>> iterator() {
          return map.entrySet().stream().peek(_ -> steps.incrementAndGet()).iterator();
        }
      };
    }
  }

  private SafetensorsFile counted(Path file, Arena arena) {
    SafetensorsFile found = SafetensorsFile.open(file, arena);
    return new SafetensorsFile(
        found.path(), new Counted(found.tensors()), found.bytes(), found.data());
  }

  private void write(String file, int from, int to) {
    StringJoiner header = new StringJoiner(",", "{", "}");
    for (int i = from; i < to; i++) {
      header.add("\"%d\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}".formatted(i));
    }
    SafetensorsBytes.write(directory.resolve(file), header.toString(), new byte[0]);
  }

  private void lookAtEverything(int tensors) {
    try (SafetensorsCheckpoint checkpoint =
        SafetensorsCheckpoint.open(directory, TensorNames.AS_STORED, this::counted)) {
      assertThat(checkpoint.names()).hasSize(tensors);
      assertThat(checkpoint.summary().tensors()).isEqualTo(tensors);
      checkpoint.digest();
      checkpoint.names().forEach(name -> checkpoint.find(name).orElseThrow());
      assertThat(checkpoint.elements(checkpoint.fileOf("0"), _ -> true)).isZero();
    }
    assertThat(steps.get()).isBetween((long) tensors, (long) PASSES * tensors);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 3000})
  void aSingleFileCostsAFewStepsATensor(int tensors) {
    write("model.safetensors", 0, tensors);
    lookAtEverything(tensors);
  }

  @Test
  void shardsThatTakeTurnsCostAFewStepsATensor() throws IOException {
    int tensors = 3000;
    write("model-1-of-2.safetensors", 0, tensors / 2);
    write("model-2-of-2.safetensors", tensors / 2, tensors);
    StringJoiner index = new StringJoiner(",", "{\"weight_map\":{", "}}");
    for (int i = 0; i < tensors / 2; i++) {
      index.add("\"%d\":\"model-1-of-2.safetensors\"".formatted(i));
      index.add("\"%d\":\"model-2-of-2.safetensors\"".formatted(i + tensors / 2));
    }
    Files.writeString(directory.resolve(ShardIndex.FILE_NAME), index.toString());
    lookAtEverything(tensors);
  }
}
