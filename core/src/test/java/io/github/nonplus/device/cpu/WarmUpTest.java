package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the warm-up runs. A failure in its own thread would only be a stack trace that nobody asked
/// for, and a kernel that it leaves out would be compiled during the first windows.
class WarmUpTest {
  /// Several strips, of which one is not full.
  private static final Batch BATCH = SmallModel.batch(20, 12);

  static Stream<Kernels> vectors() {
    return Stream.of(VectorKernels.of(128), VectorKernels.of(256), VectorKernels.of(512));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void theSmallModelHasTheLossesThatTheDefinitionGivesIt(Kernels kernels) {
    assertThat(losses(kernels)).isEqualTo(losses(Kernels.scalar())).doesNotContain(Double.NaN);
  }

  private static double[] losses(Kernels kernels) {
    try (Workers workers = new Workers(1);
        MadeUpWeights weights = MadeUpWeights.ofEveryForm();
        CpuExecutable executable =
            new CpuExecutable(SmallModel.score(), weights, BATCH.tokens(), kernels, workers)) {
      return executable.score(BATCH);
    }
  }

  /// Windows of more than 256 ids, biases and what only some families do are too rare for the small
  /// model: they warm up by themselves.
  private static final Set<String> RARE =
      Set.of(
          "convolve",
          "softplus",
          "decay",
          "accumulate",
          "addBias",
          "combine",
          "scale",
          "scaleColumns",
          "scaleTokens",
          "hideBefore",
          "scores");

  @Test
  void everyKernelHasWorkButForWhatIsRare() {
    Set<String> called = new TreeSet<>();
    WarmUp.run(watched("all", called), MadeUpWeights.ofEveryForm(), 1, () -> false);
    Set<String> all = new TreeSet<>();
    for (Class<?> kind : new Class<?>[] {Products.class, StripOperations.class, Unpacking.class}) {
      Arrays.stream(kind.getMethods())
          .filter(method -> Modifier.isAbstract(method.getModifiers()))
          .forEach(method -> all.add(method.getName()));
    }
    all.removeAll(RARE);
    assertThat(called).containsAll(all);
  }

  /// Kernels that note which of them are called.
  private static Kernels watched(String name, Set<String> called) {
    Kernels real = VectorKernels.of(256);
    return new Kernels(
        name,
        real.stripWidth(),
        watched(Products.class, real.products(), called),
        watched(StripOperations.class, real.strips(), called),
        real.curves(),
        real.scans(),
        real.memories(),
        watched(Unpacking.class, real.unpacking(), called),
        real.pairs());
  }

  private static <T> T watched(Class<T> kind, T real, Set<String> called) {
    Object proxy =
        Proxy.newProxyInstance(
            kind.getClassLoader(),
            new Class<?>[] {kind},
            (self, method, arguments) -> {
              called.add(method.getName());
              return method.isDefault()
                  ? InvocationHandler.invokeDefault(self, method, arguments)
                  : invoke(method, real, arguments);
            });
    return kind.cast(proxy);
  }

  private static Object invoke(Method method, Object target, Object[] arguments)
      throws IllegalAccessException, InvocationTargetException {
    method.setAccessible(true);
    return method.invoke(target, arguments);
  }

  @Test
  void theRealModelWaitsForTheFirstBatchesAndOneWarmUpIsEnough() {
    Set<String> called = ConcurrentHashMap.newKeySet();
    WarmUp warmUp = WarmUp.of(watched("waited for", called));
    warmUp.finish();
    assertThat(called).contains("multiply", "gateSilu");
    assertThat(WarmUp.of(watched("waited for", called))).isSameAs(warmUp);
    warmUp.close();
    assertThat(WarmUp.of(watched("waited for", called))).isSameAs(warmUp);
  }

  /// Sums of halves, which the small model has none of.
  private static final Function EXPECTED = combining(0.5);

  private static Function combining(double factor) {
    Buffer x = new Buffer("x", RowSpace.TOKENS, 32);
    Buffer output = new Buffer("output", RowSpace.TOKENS, 32);
    return Function.of(
        new Program(
            List.of(
                Embed.tokens(Parameter.matrix("table", 200, 32), x),
                new Combine(x.view(), factor, x.view(), factor, output))));
  }

  @Test
  void whatTheRealModelHasBesidesRunsBeforeItIsFinishedHoweverLateItIsTold() {
    Set<String> early = ConcurrentHashMap.newKeySet();
    WarmUp told = WarmUp.of(watched("told early", early));
    told.expect(EXPECTED);
    told.awaitFirst();
    assertThat(early).contains("combine");
    Set<String> late = ConcurrentHashMap.newKeySet();
    WarmUp begun = WarmUp.of(watched("told late", late));
    begun.awaitFirst();
    assertThat(late).doesNotContain("combine");
    begun.expect(EXPECTED);
    begun.finish();
    assertThat(late).contains("combine");
  }

  @Test
  void theSecondModelWarmsUpByItself() {
    Set<String> called = ConcurrentHashMap.newKeySet();
    WarmUp warmUp = WarmUp.of(watched("two models", called));
    warmUp.expect(combining(1));
    warmUp.expect(EXPECTED);
    warmUp.finish();
    assertThat(called).contains("add").doesNotContain("combine");
  }

  @Test
  void oneThatIsClosedAtOnceDoesNotCount() {
    Set<String> called = ConcurrentHashMap.newKeySet();
    WarmUp warmUp = WarmUp.of(watched("closed", called));
    warmUp.close();
    WarmUp next = WarmUp.of(watched("closed", called));
    assertThat(next).isNotSameAs(warmUp);
    next.close();
  }

  @Test
  void itEndsBeforeTheNextStepOnceItIsOver() {
    AtomicInteger asked = new AtomicInteger();
    WarmUp.run(
        VectorKernels.of(256), MadeUpWeights.halves(), 1000, () -> asked.incrementAndGet() > 3);
    assertThat(asked.get()).isBetween(4, 6);
  }
}
