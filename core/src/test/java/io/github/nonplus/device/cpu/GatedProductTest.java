package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.Observation;
import io.github.nonplus.device.Trace;
import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A product that is gated as it is stored has the bits of the two operations by themselves.
class GatedProductTest {
  private static final int VOCABULARY = 37;
  private static final Batch BATCH =
      Batch.scoring(List.of(new Random(5).ints(35, 0, VOCABULARY).toArray()));

  @ParameterizedTest(name = "{0} inputs, {1} outputs, biases {2}")
  @CsvSource({
    "1, 1, false",
    "3, 7, true",
    "5, 8, false",
    "5, 9, true",
    "16, 47, true",
    "16, 48, false",
    "17, 49, true",
    "3, 97, true",
    "400, 96, false",
    "5000, 33, true",
    "5000, 15, false"
  })
  void gatesAndStoresWhatTheTwoOperationsDo(int inputs, int width, boolean biases) {
    List<Operation> program = program(inputs, width, biases);
    for (Kernels kernels :
        List.of(Kernels.scalar(), VectorKernels.of(128), VectorKernels.of(256))) {
      for (int threads : new int[] {1, 2}) {
        assertSameBits(program, kernels, threads);
      }
    }
    assertThat(isFused(program)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 50})
  void aProductThatSomethingElseReadsTooIsStored(int width) {
    List<Operation> program = new ArrayList<>(program(6, width, false));
    Buffer product = ((MatMul) program.get(1)).output();
    Buffer gated = ((Gate) program.get(2)).output();
    View up = new View(product, width, width);
    program.add(Combine.sum(gated.view(), up, new Buffer("sum", RowSpace.TOKENS, width)));
    assertSameBits(program, VectorKernels.of(256), 2);
    assertThat(isFused(program)).isFalse();
  }

  private static List<Operation> program(int inputs, int width, boolean biases) {
    Buffer x = new Buffer("x", RowSpace.TOKENS, inputs);
    Buffer product = new Buffer("product", RowSpace.TOKENS, 2 * width);
    Buffer gated = new Buffer("gated", RowSpace.TOKENS, width);
    return List.of(
        Embed.tokens(Parameter.matrix("table", VOCABULARY, inputs), x),
        MatMul.of(
            x.view(),
            List.of(linear("gate", width, inputs, biases), linear("up", width, inputs, biases)),
            product),
        new Gate(
            new View(product, 0, width), new View(product, width, width), Activation.SILU, gated));
  }

  private static Linear linear(String name, int outputs, int inputs, boolean biases) {
    Parameter bias = biases ? Parameter.vector(name + ".bias", outputs) : null;
    return new Linear(Parameter.matrix(name, outputs, inputs), bias);
  }

  private static void assertSameBits(List<Operation> program, Kernels kernels, int threads) {
    Function function = Function.of(new Program(program));
    try (Workers workers = new Workers(threads);
        Executable executable =
            new CpuExecutable(function, new RandomWeights(), BATCH.tokens(), kernels, workers)) {
      float[] fused = executable.output(BATCH);
      float[] expected = lastOf(executable.trace(BATCH));
      for (int i = 0; i < expected.length; i++) {
        assertThat(fused[i]).as("number %d by %s", i, kernels.name()).isEqualTo(expected[i]);
      }
    }
  }

  /// Whether the gate, which is the third operation, is computed with the product.
  private static boolean isFused(List<Operation> program) {
    Lowering lowering =
        new Lowering(
            new Program(program),
            new RandomWeights(),
            BATCH.tokens(),
            Kernels.scalar(),
            1,
            Caches.USUAL);
    return lowering.fused(lowering.each()).steps().get(2) == Step.NOTHING;
  }

  private static float[] lastOf(Trace trace) {
    Observation last = null;
    for (var next = trace.next(); next.isPresent(); next = trace.next()) {
      last = next.get();
    }
    return ((Observation.Written) last).values();
  }

  /// Every tensor that is asked for, of numbers that follow from its name.
  private record RandomWeights() implements ModelWeights {
    @Override
    public Matrix matrix(String name, int rows, int columns) {
      float[] values = vector(name, rows * columns);
      MemorySegment data = Arena.ofAuto().allocate(values.length * 4L, 4);
      data.copyFrom(MemorySegment.ofArray(values));
      return new Dense(ElementType.FLOAT32).matrix(rows, columns, data);
    }

    @Override
    public float[] vector(String name, int length) {
      Random random = new Random(name.hashCode());
      float[] values = new float[length];
      for (int i = 0; i < length; i++) {
        values[i] = (float) random.nextGaussian() / 8;
      }
      return values;
    }

    @Override
    public Path path() {
      return Path.of("random");
    }

    @Override
    public boolean contains(String name) {
      return true;
    }

    @Override
    public String digest() {
      return "";
    }

    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
