package io.github.nonplus.device.opencl.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.program.rotation.Rotation;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrangementTest {
  private static final int ROWS = 128;
  private final Buffer x = new Buffer("x", RowSpace.TOKENS, 64);
  private final Buffer norm = new Buffer("norm", RowSpace.TOKENS, 64);
  private final Buffer both = new Buffer("gate+up", RowSpace.TOKENS, 256);
  private final Buffer gated = new Buffer("gated", RowSpace.TOKENS, 128);
  private final Buffer sum = new Buffer("sum", RowSpace.TOKENS, 64);

  private final Embed embed = Embed.tokens(Parameter.matrix("table", 10, 64), x);
  private final Norm ahead = Norm.rms(x.view(), Parameter.vector("weight", 64), 1e-5, norm);
  private final MatMul up =
      MatMul.of(norm.view(), List.of(linear("gate", 128, 64), linear("up", 128, 64)), both);
  private final Gate gate =
      new Gate(new View(both, 0, 128), new View(both, 128, 128), Activation.SILU, gated);
  private final MatMul down =
      new MatMul(gated.view(), List.of(linear("down", 64, 128)), 1, x.view(), sum);

  private static Linear linear(String name, int outputs, int inputs) {
    return new Linear(Parameter.matrix(name, outputs, inputs), null);
  }

  private static Arrangement of(Operation... operations) {
    return Arrangement.of(Stage.of(new Program(List.of(operations))), ROWS);
  }

  @Test
  void aProductAndItsGateAreOneOperationWhoseSumsAreNowhere() {
    List<Stage> operations = Stage.of(new Program(List.of(embed, ahead, up, gate, down)));
    assertThat(operations).extracting(Stage::index).containsExactly(0, 1, 2, 4);
    assertThat(operations.get(2).gate()).isEqualTo(gate);
    assertThat(of(embed, ahead, up, gate, down).offsets()).doesNotContainKey(both);
  }

  @Test
  void rotationsOfAProductsFirstHeadsAreItsOwn() {
    Buffer merged = new Buffer("q+k+v", RowSpace.TOKENS, 96);
    MatMul project = MatMul.of(norm.view(), List.of(linear("qkv", 96, 64)), merged);
    Rotation rotation = new DefaultRotation(10000);
    Rotate query = Rotate.whole(new View(merged, 0, 32), 32, rotation);
    Rotate key = Rotate.whole(new View(merged, 32, 32), 32, rotation);
    List<Stage> operations = Stage.of(new Program(List.of(embed, ahead, project, query, key)));
    assertThat(operations).hasSize(3);
    assertThat(operations.getLast().rotations()).containsExactly(query, key);
    assertThat(operations.getLast().rotated()).isEqualTo(64);
    assertThat(operations.getLast().lastIndex()).isEqualTo(4);
    Rotate apart = Rotate.whole(new View(merged, 32, 32), 32, new DefaultRotation(500));
    assertThat(Stage.of(new Program(List.of(embed, ahead, project, query, apart))))
        .as("another rotation is an operation of its own")
        .hasSize(4);
  }

  @Test
  void aBufferHasTheFormThatItsReadersNeed() {
    Arrangement arrangement = of(embed, ahead, up, gate, down);
    assertThat(arrangement.forms())
        .containsEntry(x, Form.FLOAT_ROWS)
        .containsEntry(norm, Form.HALF_TILES)
        .containsEntry(gated, Form.HALF_TILES)
        .containsEntry(sum, Form.FLOAT_ROWS);
  }

  @Test
  void aSumTakesThePlaceOfItsResidual() {
    Arrangement arrangement = of(embed, ahead, up, gate, down);
    assertThat(arrangement.offsets().get(sum)).isEqualTo(arrangement.offsets().get(x));
  }

  @Test
  void whatAProductStillReadsIsNotOverwrittenByItsGate() {
    Arrangement arrangement = of(embed, ahead, up, gate, down);
    long end = arrangement.offsets().get(norm) + Form.HALF_TILES.bytes(64, ROWS);
    assertThat(arrangement.offsets().get(gated)).isGreaterThanOrEqualTo(end);
  }
}
