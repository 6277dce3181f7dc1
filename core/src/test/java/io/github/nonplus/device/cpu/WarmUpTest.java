package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.cpu.vector.VectorKernels;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the warm-up runs. A failure in its own thread would only be a stack trace that nobody asked
/// for, and a kernel that it leaves out would be compiled during the first windows.
class WarmUpTest {
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
            new CpuExecutable(
                SmallModel.score(), weights, SmallModel.BATCH.tokens(), kernels, workers)) {
      return executable.score(SmallModel.BATCH);
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
    Kernels real = VectorKernels.of(256);
    Set<String> called = new TreeSet<>();
    Kernels watched =
        new Kernels(
            real.name(),
            real.stripWidth(),
            watched(Products.class, real.products(), called),
            watched(StripOperations.class, real.strips(), called),
            real.curves(),
            real.scans(),
            watched(Unpacking.class, real.unpacking(), called),
            real.pairs());
    WarmUp.run(watched, MadeUpWeights.ofEveryForm(), 1, () -> false);
    Set<String> all = new TreeSet<>();
    for (Class<?> kind : new Class<?>[] {Products.class, StripOperations.class, Unpacking.class}) {
      Arrays.stream(kind.getMethods())
          .filter(method -> Modifier.isAbstract(method.getModifiers()))
          .forEach(method -> all.add(method.getName()));
    }
    all.removeAll(RARE);
    assertThat(called).containsAll(all);
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
  void oneIsEnoughForAJvm() {
    WarmUp warmUp = WarmUp.of(VectorKernels.of(128));
    warmUp.finish();
    assertThat(WarmUp.of(VectorKernels.of(128))).isSameAs(warmUp);
  }

  @Test
  void itEndsBeforeTheNextStepOnceItIsOver() {
    AtomicInteger asked = new AtomicInteger();
    WarmUp.run(
        VectorKernels.of(256), MadeUpWeights.halves(), 1000, () -> asked.incrementAndGet() > 3);
    assertThat(asked.get()).isBetween(4, 6);
  }
}
