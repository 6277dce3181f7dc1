package io.github.nonplus.device;

import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Adjust;
import io.github.nonplus.program.op.Adjustment;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.program.rotation.DynamicRotation;
import io.github.nonplus.program.rotation.RollingRotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// Every operation, each of its settings alone and in pairs. A test holds the list against the
/// sealed types, so that an operation or a setting without a case cannot exist.
public final class OperationCases {
  static final int VOCABULARY = 37;

  /// Windows around the ends of strips, tiles and blocks of keys.
  static final Batch BATCH = batch(5, 300, 2, 41);

  private static final int WIDTH = 24;
  private static final Buffer X = new Buffer("x", RowSpace.TOKENS, 3 * WIDTH + 5);
  private static final View LEFT = new View(X, 3, WIDTH);
  private static final View RIGHT = new View(X, WIDTH + 4, WIDTH);
  private static final Parameter SEVEN = Parameter.vector("seven", 7);
  private static final Parameter NUMBERS = Parameter.vector("numbers", 7);
  private static final Buffer OUT = new Buffer("out", RowSpace.TOKENS, WIDTH);

  private OperationCases() {}

  public static List<OperationCase> all() {
    return Stream.of(
            embeds(),
            norms(),
            rotations(),
            elements(),
            scales(),
            adjustments(),
            CodeCases.all(),
            rows(),
            AttendCases.all(),
            ScanCases.all(),
            ExpertCases.all(),
            ProductCases.all())
        .flatMap(Collection::stream)
        .toList();
  }

  /// Some that have much in common with the others, for devices on which each takes long.
  public static List<OperationCase> some() {
    return Stream.of(
            embeds(),
            List.of(norms().getLast()),
            rotations(),
            scales(),
            adjustments(),
            CodeCases.all(),
            rows(),
            AttendCases.everything().subList(0, 2),
            KeyCases.all(),
            ScanCases.some(),
            ExpertCases.all().subList(18, 30),
            ProductCases.of("q4f16_0"))
        .flatMap(Collection::stream)
        .toList();
  }

  /// Windows of these lengths, every row but the last of a window selected.
  static Batch batch(int... lengths) {
    int[] next = {0};
    List<int[]> windows = new ArrayList<>();
    for (int length : lengths) {
      int[] ids = new int[length];
      Arrays.setAll(ids, _ -> next[0]++ * 7 % VOCABULARY);
      windows.add(ids);
    }
    return Batch.scoring(windows);
  }

  /// The embedding of tokens into `x`, and what follows.
  static OperationCase of(Buffer x, GivenWeights weights, Operation... operations) {
    weights.withNumbers("table", VOCABULARY, x.width(), 2);
    List<Operation> program = new ArrayList<>();
    program.add(Embed.tokens(Parameter.matrix("table", VOCABULARY, x.width()), x));
    program.addAll(List.of(operations));
    return new OperationCase(
        operations[operations.length - 1].text(), new Program(program), weights);
  }

  private static OperationCase of(GivenWeights weights, Operation operation) {
    return of(X, weights, operation);
  }

  private static List<OperationCase> embeds() {
    List<OperationCase> cases = new ArrayList<>();
    for (double scale : new double[] {1, 4.9}) {
      for (int offset : new int[] {0, 2}) {
        Parameter table = Parameter.matrix("positions", 310, WIDTH);
        cases.add(
            of(
                new GivenWeights().withFloats("positions", 310, WIDTH),
                new Embed(table, Embed.Index.POSITION, offset, scale, OUT)));
      }
      Parameter table = Parameter.matrix("tokens", VOCABULARY, WIDTH);
      cases.add(
          of(
              new GivenWeights().withFloats("tokens", VOCABULARY, WIDTH),
              new Embed(table, Embed.Index.TOKEN, 0, scale, OUT)));
    }
    return cases;
  }

  private static List<OperationCase> norms() {
    List<OperationCase> cases = new ArrayList<>();
    for (Norm.Kind kind : Norm.Kind.values()) {
      for (int[] group : new int[][] {{1, WIDTH}, {3, WIDTH / 3}, {3, WIDTH}}) {
        for (boolean weight : new boolean[] {false, true}) {
          for (boolean bias : new boolean[] {false, true}) {
            for (double offset : new double[] {0, 1}) {
              boolean asLongAsRow = group[0] > 1 && group[1] == WIDTH;
              if (!asLongAsRow || weight || bias) {
                cases.add(norm(kind, group[0], group[1], weight, bias, offset));
              }
            }
          }
        }
      }
    }
    return cases;
  }

  /// @param length of weight and bias
  private static OperationCase norm(
      Norm.Kind kind, int groups, int length, boolean weight, boolean bias, double offset) {
    Parameter w = Parameter.vector("w" + length, length);
    Parameter b = Parameter.vector("b" + length, length);
    return of(
        new GivenWeights().withVector(w.name(), length).withVector(b.name(), length),
        new Norm(LEFT, kind, groups, weight ? w : null, bias ? b : null, offset, 1e-5, OUT));
  }

  private static List<OperationCase> rotations() {
    List<OperationCase> cases = new ArrayList<>();
    for (Rotate.Pairing pairing : Rotate.Pairing.values()) {
      for (int[] columns : new int[][] {{0, 12}, {0, 6}, {2, 8}}) {
        for (boolean backwards : new boolean[] {false, true}) {
          var rotation =
              backwards ? new DynamicRotation(10_000, 4, 16) : new DefaultRotation(10_000);
          cases.add(
              of(
                  new GivenWeights(),
                  new Rotate(LEFT, 12, columns[0], columns[1], pairing, backwards, rotation)));
        }
      }
    }
    cases.add(
        of(
            new GivenWeights(),
            Rotate.whole(LEFT, 12, new RollingRotation(new DefaultRotation(100), 9, 4))));
    return cases;
  }

  private static List<OperationCase> elements() {
    List<OperationCase> cases = new ArrayList<>();
    List<Curve> curves = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      cases.add(of(new GivenWeights(), new Gate(LEFT, RIGHT, activation, OUT)));
      cases.add(of(new GivenWeights(), new Gate(LEFT, RIGHT, activation, 1.5, 1, OUT)));
      View one = new View(X, 1, 1);
      cases.add(of(new GivenWeights(), new Gate(one, RIGHT, activation, OUT)));
      curves.add(new Curve.Activated(activation));
    }
    curves.add(new Curve.Clamped(1.5));
    curves.add(new Curve.SoftCapped(2.5));
    curves.add(new Curve.Power());
    Parameter[] numbers =
        Stream.of("p", "n", "b", "e")
            .map(name -> Parameter.vector(name, 1))
            .toArray(Parameter[]::new);
    curves.add(new Curve.Xielu(numbers[0], numbers[1], numbers[2], numbers[3]));
    for (Curve curve : curves) {
      GivenWeights weights = new GivenWeights();
      curve.parameters().forEach(parameter -> weights.withVector(parameter.name(), 1));
      cases.add(of(weights, new Elementwise(LEFT, curve, OUT)));
    }
    for (double[] factors : new double[][] {{1, 1}, {3, 1}, {1, -0.7}, {0.1, 0.9}}) {
      cases.add(of(new GivenWeights(), new Combine(LEFT, factors[0], RIGHT, factors[1], OUT)));
    }
    return cases;
  }

  private static List<OperationCase> scales() {
    return Stream.of(
            new Factor.Constant(0.3),
            new Factor.Stored(Parameter.vector("one", 1)),
            new Factor.Stored(Parameter.vector("each", WIDTH)),
            new Factor.Difference(SEVEN, NUMBERS, NUMBERS, NUMBERS, -0.3),
            new Factor.OfPosition(0.1, 8, 0),
            new Factor.OfPosition(0.1, 8, 1),
            new Factor.Between(3, 9))
        .map(
            factor ->
                of(
                    new GivenWeights()
                        .withVector("one", 1)
                        .withVector("each", WIDTH)
                        .withVector("seven", 7)
                        .withVector("numbers", 7),
                    new Scale(LEFT, factor, OUT)))
        .toList();
  }

  private static List<OperationCase> adjustments() {
    return Stream.of(
            new Adjustment.Sparse(1.3),
            new Adjustment.Sparse(-0.2),
            new Adjustment.Matched(RIGHT, 1e-5),
            new Adjustment.Matched(RIGHT, 100))
        .map(law -> of(new GivenWeights(), new Adjust(LEFT, law, OUT)))
        .toList();
  }

  private static List<OperationCase> rows() {
    Buffer wide = new Buffer("out", RowSpace.TOKENS, 2 * WIDTH + 7);
    List<View> parts = List.of(RIGHT, new View(X, 0, 7), RIGHT);
    return List.of(
        of(new GivenWeights(), new Concatenate(parts, wide)),
        of(new GivenWeights(), new Concatenate(List.of(LEFT), OUT)),
        of(
            new GivenWeights(),
            new SelectRows(X.view(), new Buffer("out", RowSpace.SELECTED, X.width()))));
  }
}
