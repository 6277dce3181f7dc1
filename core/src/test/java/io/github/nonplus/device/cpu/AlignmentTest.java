package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.Batch;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlignmentTest {
  private static final int LINE = 64 / Float.BYTES;

  /// Arrays begin at multiples of 8 bytes, behind headers that are all alike: so what is missing to
  /// a line differs by even numbers of floats.
  @Test
  void aLineBeginsWithinTheSlack() {
    List<float[]> arrays = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      arrays.add(new float[Alignment.SLACK + 2 * i + 1]);
    }
    List<Integer> begins = arrays.stream().map(Alignment::of).distinct().toList();
    assertThat(begins).hasSizeGreaterThan(1).allMatch(at -> at >= 0 && at <= Alignment.SLACK);
    assertThat(begins.stream().map(at -> at % 2).distinct()).hasSize(1);
  }

  /// Two arrays that are made one after the other lie so, unless the collector or another thread
  /// came between: then the second's line begins as much sooner as the first one is long.
  @Test
  void itBeginsWhereTheMemoryHasIt() {
    int floats = 63; // with a header of 12 or 16 bytes, 264 or 272 bytes
    List<Integer> sooner = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      float[] first = new float[floats];
      float[] second = new float[floats];
      int bytes = (Alignment.of(first) - Alignment.of(second)) * Float.BYTES;
      sooner.add(Math.floorMod(bytes, 64));
    }
    assertThat(sooner).containsAnyOf(264 % 64, 272 % 64);
  }

  @Test
  void everyColumnOfAStripBeginsWithALine() {
    Function function = SmallModel.score();
    Strips strips = new Strips(2 * LINE);
    Batch batch = SmallModel.batch(70, 12);
    Frame frame = new Frame(function.plan(), strips, batch.tokens());
    frame.begin(batch);
    int begin = Alignment.of(frame.arena());
    List<Buffer> buffers =
        function.program().operations().stream()
            .map(Operation::result)
            .flatMap(Optional::stream)
            .toList();
    assertThat(buffers).isNotEmpty();
    for (Buffer buffer : buffers) {
      for (int strip = 0; strip < frame.strips(buffer); strip++) {
        for (int column = 0; column < buffer.width(); column++) {
          int at = frame.at(buffer.view(), strip, column);
          assertThat(at - begin).as(buffer.name()).isNotNegative().matches(n -> n % LINE == 0);
          assertThat(at + strips.width()).isLessThanOrEqualTo(frame.arena().length);
        }
      }
    }
  }
}
