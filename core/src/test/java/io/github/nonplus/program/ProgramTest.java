package io.github.nonplus.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.model.Model.Output;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.program.passes.Passes;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What a program may not be, and where its buffers lie.
class ProgramTest {
  private static final Parameter TABLE = Parameter.matrix("table", 8, 4);
  private static final Buffer X = new Buffer("x", RowSpace.TOKENS, 4);
  private static final Buffer Y = new Buffer("y", RowSpace.TOKENS, 4);

  @Test
  void aBufferIsNotReadBeforeItIsWritten() {
    assertThatThrownBy(() -> new Program(List.of(Combine.sum(X.view(), X.view(), Y))))
        .hasMessage("x[tokens, 4] is read before it is written");
  }

  @Test
  void aBufferIsNotWrittenTwice() {
    Operation embed = Embed.tokens(TABLE, X);
    assertThatThrownBy(() -> new Program(List.of(embed, embed)))
        .hasMessage("x[tokens, 4] is written twice");
  }

  @Test
  void shapesFit() {
    Buffer wide = new Buffer("wide", RowSpace.TOKENS, 5);
    assertThatThrownBy(() -> Embed.tokens(TABLE, wide)).hasMessageContaining("does not fit");
    assertThatThrownBy(() -> Combine.sum(X.view(), wide.view(), Y))
        .hasMessageContaining("does not fit");
    assertThatThrownBy(() -> new View(X, 2, 3)).hasMessageContaining("columns 2 to 5");
    assertThatThrownBy(() -> new View(X, Integer.MAX_VALUE, Integer.MAX_VALUE))
        .hasMessageContaining("columns");
  }

  /// Two buffers may share memory only if one's last reader is not after the other's writer.
  @Test
  void buffersThatLiveTogetherLieApart() {
    Path llama = Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama-bias");
    Program program =
        Passes.apply(HuggingFaceDirectory.read(llama).model().program(Output.SCORE), (_, _) -> {});
    MemoryPlan plan = MemoryPlan.of(program);
    Map<Buffer, Integer> written = new HashMap<>();
    Map<Buffer, Integer> read = new HashMap<>();
    for (int i = 0; i < program.operations().size(); i++) {
      int step = i;
      Operation operation = program.operations().get(i);
      operation.inputs().forEach(view -> read.put(view.buffer(), step));
      operation.result().ifPresent(buffer -> written.put(buffer, step));
    }
    List<Buffer> buffers = program.buffers();
    for (Buffer first : buffers) {
      assertThat(plan.columns().get(first.name()) + first.width())
          .isLessThanOrEqualTo(plan.width());
      for (Buffer second : buffers) {
        boolean later = written.get(second) > written.get(first);
        boolean together = later && read.get(first) > written.get(second);
        if (together) {
          int a = plan.columns().get(first.name());
          int b = plan.columns().get(second.name());
          assertThat(a + first.width() <= b || b + second.width() <= a)
              .as("%s at %d and %s at %d", first, a, second, b)
              .isTrue();
        }
      }
    }
    int all = buffers.stream().mapToInt(Buffer::width).sum();
    assertThat(plan.width()).isLessThan(all / 2);
  }

  @Test
  void aBufferThatADeviceNeverWritesTakesNoPlace() {
    Path llama = Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama-bias");
    Program program =
        Passes.apply(HuggingFaceDirectory.read(llama).model().program(Output.SCORE), (_, _) -> {});
    Set<Buffer> products =
        program.operations().stream()
            .filter(Gate.class::isInstance)
            .map(gate -> gate.inputs().getFirst().buffer())
            .collect(Collectors.toSet());
    MemoryPlan lean = MemoryPlan.without(program, products);
    assertThat(lean.width()).isLessThan(MemoryPlan.of(program).width());
    assertThat(lean.columns().keySet())
        .containsExactlyInAnyOrderElementsOf(
            program.buffers().stream()
                .filter(buffer -> !products.contains(buffer))
                .map(Buffer::name)
                .toList());
  }
}
