package io.github.nonplus.device.opencl.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.model.Model;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.Mask;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.program.passes.Passes;
import io.github.nonplus.program.rotation.DefaultRotation;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the kernels for tensor cores do not compute is known before anything is loaded.
class CoverageTest {
  private static final Buffer X = new Buffer("x", RowSpace.TOKENS, 64);
  private static final Buffer OUT = new Buffer("0.out", RowSpace.TOKENS, 64);
  private static final Parameter WEIGHT = Parameter.vector("weight", 64);
  private static final Parameter MATRIX = Parameter.matrix("matrix", 64, 64);

  private static Program program(Operation... operations) {
    List<Operation> all = new java.util.ArrayList<>();
    all.add(Embed.tokens(Parameter.matrix("table", 10, 64), X));
    all.addAll(List.of(operations));
    return new Program(all);
  }

  private static void hasGap(String what, Operation... operations) {
    assertThat(Coverage.gap(program(operations))).get().asString().startsWith(what);
  }

  @Test
  void modelsOfLlamasFamilyAreComputedWhole() {
    Model model = ModelDirectory.open(Path.of("../examples/novella-6m")).model();
    for (Model.Output output : Model.Output.values()) {
      Program program = Passes.apply(model.program(output), (_, _) -> {});
      assertThat(Coverage.gap(program)).isEmpty();
    }
    assertThat(Coverage.gap(program(Norm.rms(X.view(), WEIGHT, 1e-5, OUT)))).isEmpty();
  }

  @Test
  void aGapIsNamedWithItsPlace() {
    Norm norm = new Norm(X.view(), Norm.Kind.LAYER, 1, WEIGHT, null, 0, 1e-5, OUT);
    assertThat(Coverage.gap(program(norm)))
        .contains("norms with a mean (layer 0, operation norm out)");
  }

  @Test
  void settingsOfNormsAreGaps() {
    Parameter group = Parameter.vector("group", 16);
    hasGap("norms in groups", new Norm(X.view(), Norm.Kind.RMS, 4, group, null, 0, 0, OUT));
    hasGap("norms without a weight", new Norm(X.view(), Norm.Kind.RMS, 1, null, null, 0, 0, OUT));
    hasGap("norms with a bias", new Norm(X.view(), Norm.Kind.RMS, 1, WEIGHT, WEIGHT, 0, 0, OUT));
    hasGap("norms with an offset", new Norm(X.view(), Norm.Kind.RMS, 1, WEIGHT, null, 1, 0, OUT));
  }

  @Test
  void settingsOfAttentionAreGaps() {
    hasGap("sliding 8 attention", attend(32, new Mask.Sliding(8), List.of(), 0, null));
    hasGap("chunked 8 attention", attend(32, new Mask.Chunked(8), List.of(), 0, null));
    hasGap("attention with slopes", attend(32, Mask.CAUSAL, List.of(1.0, 1.0), 0, null));
    hasGap("attention with a soft cap", attend(32, Mask.CAUSAL, List.of(), 50, null));
    Parameter sinks = Parameter.vector("sinks", 2);
    hasGap("attention with sinks", attend(32, Mask.CAUSAL, List.of(), 0, sinks));
    hasGap("attention heads of 16 elements", attend(16, Mask.CAUSAL, List.of(), 0, null));
  }

  private static Attend attend(
      int size, Mask mask, List<Double> slopes, double cap, Parameter sinks) {
    View x = X.view();
    return new Attend(x, x, x, size, size, mask, slopes, cap, sinks, 1, OUT);
  }

  @Test
  void settingsOfRotationsAreGaps() {
    hasGap("rotations of a part", rotate(32, Rotate.Pairing.HALVES, false));
    hasGap("rotations of neighbours", rotate(64, Rotate.Pairing.NEIGHBOURS, false));
    hasGap("rotations backwards", rotate(64, Rotate.Pairing.HALVES, true));
  }

  private static Rotate rotate(int turned, Rotate.Pairing pairing, boolean backwards) {
    return new Rotate(X.view(), 64, 0, turned, pairing, backwards, new DefaultRotation(10_000));
  }

  /// A rotation that is part of its product's stage is looked at, too.
  @Test
  void aRotationBehindItsProductIsNoneTheLess() {
    MatMul product = MatMul.of(X.view(), List.of(Linear.of(MATRIX)), OUT);
    Rotate rotate =
        new Rotate(OUT.view(), 64, 0, 64, Rotate.Pairing.HALVES, true, new DefaultRotation(10_000));
    hasGap("rotations backwards", product, rotate);
  }

  @Test
  void everythingElseThatLlamaLacksIsAGap() {
    hasGap("scaled products", new MatMul(X.view(), List.of(Linear.of(MATRIX)), 2, null, OUT));
    hasGap("gates apart from their product", new Gate(X.view(), X.view(), Activation.SILU, OUT));
    Buffer routing = new Buffer("0.routing", RowSpace.TOKENS, Route.width(4));
    hasGap(
        "rows of 9 elements",
        new Route(X.view(), 4, Route.Scoring.SOFTMAX, null, null, null, 1, null, routing));
    hasGap("weighted sums", new Combine(X.view(), 2, X.view(), 1, OUT));
    hasGap("numbers times factors", new Scale(X.view(), new Factor.Constant(2), OUT));
    hasGap("clamp 1.0 by itself", new Elementwise(X.view(), new Curve.Clamped(1), OUT));
    Parameter positions = Parameter.matrix("positions", 10, 64);
    hasGap("embeddings by position", new Embed(positions, Embed.Index.POSITION, 0, 1, OUT));
    hasGap("scaled embeddings", new Embed(positions, Embed.Index.TOKEN, 0, 2, OUT));
    Buffer selected = new Buffer("selected", RowSpace.SELECTED, 64);
    SelectRows select = new SelectRows(X.view(), selected);
    hasGap("scaled logits", select, new Score(selected.view(), Linear.of(MATRIX), 2, 0));
    hasGap("logits with a soft cap", select, new Score(selected.view(), Linear.of(MATRIX), 1, 9));
  }

  @Test
  void rowsThatAreNoWholeEightsAreAGap() {
    Buffer narrow = new Buffer("narrow", RowSpace.TOKENS, 12);
    Program program = new Program(List.of(Embed.tokens(Parameter.matrix("t", 10, 12), narrow)));
    assertThat(Coverage.gap(program)).contains("rows of 12 elements (operation embed narrow)");
  }

  @Test
  void aBufferThatIsReadInTwoFormsIsAGap() {
    Buffer sum = new Buffer("sum", RowSpace.TOKENS, 64);
    MatMul straight = MatMul.of(X.view(), List.of(Linear.of(MATRIX)), OUT);
    hasGap("reading x in two forms", straight, Combine.sum(X.view(), OUT.view(), sum));
  }
}
