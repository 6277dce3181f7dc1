package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.report.ResultText;
import io.github.nonplus.report.record.ResultJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a result says of experts.
class RoutingTest {
  @TempDir Path directory;

  private Result result(String name) throws IOException {
    Fixture fixture = Fixture.named(name);
    return TestRun.of(fixture.model(), fixture.write(directory)).result();
  }

  @Test
  void everyTokenGoesToAsManyExpertsAsAreChosen() throws IOException {
    Fixture fixture = Fixture.named("qwen3-moe");
    long tokens = Arrays.stream(fixture.windows()).mapToInt(window -> window.length).sum();
    RoutingAccount routing = result("qwen3-moe").routing();
    assertThat(routing.windows()).isEqualTo(fixture.windows().length);
    assertThat(routing.routers()).hasSize(2);
    assertThat(routing.experts()).isEqualTo(16);
    RoutingAccount.Router first = routing.routers().getFirst();
    assertThat(first.layer()).isZero();
    assertThat(first.chosen()).isEqualTo(3);
    assertThat(first.experts().stream().mapToLong(RoutingAccount.Expert::tokens).sum())
        .isEqualTo(3 * routing.tokens());
    long scored = tokens - fixture.windows().length;
    for (RoutingAccount.Router router : routing.routers()) {
      assertThat(router.experts().stream().mapToLong(RoutingAccount.Expert::scored).sum())
          .isEqualTo(3 * scored);
    }
  }

  /// Each token's loss counts for every expert that was chosen for it.
  @Test
  void lossesOfExpertsAreThoseOfTheTokens() throws IOException {
    Fixture fixture = Fixture.named("gpt-oss");
    TestRun run = TestRun.of(fixture.model(), fixture.write(directory));
    double all = Arrays.stream(run.tokens()).flatMapToDouble(Arrays::stream).sum();
    for (RoutingAccount.Router router : run.result().routing().routers()) {
      double sum =
          router.experts().stream()
              .filter(expert -> expert.scored() > 0)
              .mapToDouble(expert -> expert.scored() * expert.meanNll())
              .sum();
      assertThat(sum).isCloseTo(router.chosen() * all, within(1e-9 * sum));
    }
  }

  /// Nor on kernels, which the fixtures show.
  @ParameterizedTest
  @ValueSource(strings = {"qwen3-moe", "gpt-oss", "mixtral"})
  void bitsDependNeitherOnThreadsNorOnTheBatch(String name) throws IOException {
    Fixture fixture = Fixture.named(name);
    Path windows = fixture.write(directory);
    double[][] together = TestRun.of(fixture.model(), windows).tokens();
    for (int threads : new int[] {1, 3}) {
      for (int batch : new int[] {1, 2}) {
        DeviceOptions options = new DeviceOptions(threads, Optional.empty());
        TestRun run = TestRun.of(fixture.model(), windows, OptionalInt.of(batch), options);
        assertThat(run.tokens()).as(threads + " threads").isDeepEqualTo(together);
      }
    }
  }

  @Test
  void aResultSaysIt() throws IOException {
    Result result = result("qwen3-moe");
    assertThat(String.join("\n", ResultText.of(result)))
        .contains(" of 16 were never chosen in ", " tokens had a margin below 1.2e-04");
    assertThat(ResultJson.of(result)).contains("\"tokens_of_small_margin\"", "\"mean_nll\"");
  }

  @Test
  void aModelWithoutExpertsSaysNothingOfThem() throws IOException {
    Result result = result("llama");
    assertThat(result.routing()).isNull();
    assertThat(ResultJson.of(result)).doesNotContain("routing");
  }
}
