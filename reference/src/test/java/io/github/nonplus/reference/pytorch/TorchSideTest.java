package io.github.nonplus.reference.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.divergence.Side;
import io.github.nonplus.divergence.SideProvider;
import io.github.nonplus.divergence.SideRequest;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.reference.Precision;
import io.github.nonplus.reference.ReferenceModel;
import io.github.nonplus.reference.Variant;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/// PyTorch as a side of a comparison of two models.
class TorchSideTest {
  private static final Path MODEL = Path.of("../examples/novella-6m");
  private static final int VOCABULARY = 4096;

  private static final int[] LONG = new int[300];
  private static final int[] SHORT = {1, 20, 300, 4};

  static {
    Arrays.setAll(LONG, i -> 1 + 37 * i % 4000);
  }

  @Test
  void isFoundAsAService() {
    assertThat(ServiceLoader.load(SideProvider.class))
        .anyMatch(provider -> provider.accepts("pytorch:nf4") && !provider.accepts("pytorchx"));
  }

  @Test
  void logitsGiveTheLossesThatTheModelGives() {
    Batch batch = Batch.scoring(List.of(LONG, SHORT));
    float[] logits = new float[VOCABULARY * batch.selected().length];
    try (Side side = open("pytorch");
        ReferenceModel model = TorchModel.load(MODEL, Variant.of(Precision.FLOAT32), 1, _ -> {})) {
      side.begin(batch);
      side.logits(0, batch.selected().length, logits);
      double[] longLosses = model.score(LONG);
      double[] shortLosses = model.score(SHORT);
      for (int row = 0; row < batch.selected().length; row++) {
        double expected =
            row < longLosses.length ? longLosses[row] : shortLosses[row - longLosses.length];
        assertThat(loss(logits, row, batch.targets()[row])).isCloseTo(expected, within(2e-5));
      }
      assertThat(side.account().arithmetic()).isEqualTo("float32");
      assertThat(side.vocabulary()).isEqualTo(VOCABULARY);
    }
  }

  @Test
  void bitsOfARowDoNotDependOnTheRange() {
    Batch batch = Batch.scoring(List.of(LONG, SHORT));
    int rows = batch.selected().length;
    float[] all = new float[VOCABULARY * rows];
    float[] some = new float[VOCABULARY * 9];
    try (Side side = open("pytorch:nf4")) {
      side.begin(batch);
      side.logits(0, rows, all);
      for (int from : new int[] {rows - 9, 0, 252}) {
        side.logits(from, from + 9, some);
        assertThat(some)
            .isEqualTo(Arrays.copyOfRange(all, VOCABULARY * from, VOCABULARY * (from + 9)));
      }
      assertThatThrownBy(() -> side.logits(0, rows + 1, all))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void whatItDoesNotTakeIsRefused() {
    assertThatThrownBy(() -> open("pytorch:int8"))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("'pytorch:int8' is not known; expected one of pytorch, ");
    SideProvider.Room tooLong = new SideProvider.Room(2000, 2000, 10, "w.txt");
    assertThatThrownBy(() -> open("pytorch", tooLong))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("longer than the 1024");
  }

  private static Side open(String name) {
    return open(name, new SideProvider.Room(400, 300, 4000, "windows"));
  }

  private static Side open(String name, SideProvider.Room room) {
    SideRequest request =
        new SideRequest(MODEL, Optional.empty(), name, new DeviceOptions(1, Optional.empty()));
    return new PyTorchSides().open(request, room, _ -> {});
  }

  private static double loss(float[] logits, int row, int target) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int v = 0; v < VOCABULARY; v++) {
      largest = Math.max(largest, logits[row * VOCABULARY + v]);
    }
    double sum = 0;
    for (int v = 0; v < VOCABULARY; v++) {
      sum += Math.exp(logits[row * VOCABULARY + v] - largest);
    }
    return largest + Math.log(sum) - logits[row * VOCABULARY + target];
  }
}
