package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScratchTest {
  private static final int OUTPUTS = 8;
  private static final int INPUTS = 16;

  private final Kernels kernels = Kernels.scalar();
  private final MadeUpWeights weights = MadeUpWeights.halves();
  private final Scratch scratch = new Scratch(INPUTS);

  private Panels panels(String name, Blocking.Cut cut) {
    Linear layer = Linear.of(Parameter.matrix(name, OUTPUTS, INPUTS));
    Panels panels = Panels.of(layer, weights, cut, OUTPUTS);
    scratch.reserve(panels, 1, kernels);
    return panels;
  }

  private float[] products(Panels panels) {
    Random random = new Random(1);
    float[] x = new float[INPUTS * kernels.stripWidth()];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat();
    }
    scratch.begin(panels, 0, kernels);
    scratch.multiply(panels, 0, kernels, x, _ -> 0, 0, 1);
    int at = scratch.at(0);
    return Arrays.copyOfRange(scratch.products, at, at + OUTPUTS * kernels.stripWidth());
  }

  /// A panel at hand is not packed again, unless another took its place since.
  @Test
  void aPanelIsStillItselfAfterOthersWerePacked() {
    Panels shallow = panels("shallow", new Blocking.Cut(INPUTS, OUTPUTS, 1));
    Panels other = panels("other", new Blocking.Cut(INPUTS, OUTPUTS, 1));
    Panels deep = panels("deep", new Blocking.Cut(INPUTS / 2, OUTPUTS, 64));
    float[] expected = products(shallow);
    assertThat(products(shallow)).isEqualTo(expected);
    assertThat(products(other)).isNotEqualTo(expected);
    assertThat(products(shallow)).isEqualTo(expected);
    assertThat(products(deep)).isNotEqualTo(expected);
    assertThat(products(shallow)).isEqualTo(expected);
  }
}
