package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.model.interpretation.Wanted;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where versions of transformers differ, the published model is what 5.17 computes, and the other
/// one can be asked for.
class NewerTransformersTest {
  /// Of the fixture's window of 17 ids: transformers 5.24.0 with torch 2.15.0, float64.
  private static final double[] GROUPED = {
    8.904577156, 8.839138959, 5.784660247, 11.271211159, 10.085196398, 4.393095443, 2.17870649,
    9.316812838, 6.612673184, 6.339915181, 9.076017446, 2.29478618, 6.114921391, 6.767648957,
    6.837559576, 8.853562391
  };

  @TempDir Path directory;

  @Test
  void mamba2NormsEachGroupOfHeads() throws IOException {
    Fixture fixture = Fixture.named("mamba2");
    Path windows = fixture.write(directory);
    double[] grouped = TestRun.of(fixture.model(), windows, "source+n_groups").tokens()[1];
    assertThat(grouped).hasSameSizeAs(GROUPED);
    for (int i = 0; i < GROUPED.length; i++) {
      assertThat(grouped[i]).isCloseTo(GROUPED[i], within(fixture.tolerance()));
    }
  }

  /// The windows' means, of which the result is one of both models.
  @Test
  void bothSayWhatItCosts() throws IOException {
    Fixture fixture = Fixture.named("mamba2");
    Path windows = fixture.write(directory);
    Result published = TestRun.of(fixture.model(), windows, "source").result();
    Result grouped = TestRun.of(fixture.model(), windows, "source+n_groups").result();
    Result both = TestRun.of(fixture.model(), windows, "both").result();
    assertThat(both.meanNll()).isEqualTo(grouped.meanNll());
    Result.Cost cost = both.model().interpretation().cost();
    assertThat(cost.nats()).isCloseTo(grouped.meanNll() - published.meanNll(), within(1e-12));
    assertThat(cost.published()).isEqualTo(published.perplexity());
    assertThat(cost.perplexity()).isEqualTo(grouped.perplexity());
    assertThat(both.model().interpretation().differences())
        .singleElement()
        .satisfies(difference -> assertThat(difference.cost()).isEqualTo(cost));
  }

  @Test
  void thePublishedModelSaysSo() throws IOException {
    Path model = Fixture.named("mamba2").model();
    assertThat(ModelDirectory.open(model).notices())
        .singleElement()
        .asString()
        .contains("--as source+n_groups measures the one that norms each of 2 groups");
    assertThat(ModelDirectory.open(model, Wanted.named("source+n_groups")).notices()).isEmpty();
  }

  @Test
  void aModelOfWhichAllVersionsMakeTheSameSaysNothing() throws IOException {
    for (String name : new String[] {"mamba", "nemotron-h", "llama"}) {
      assertThat(ModelDirectory.open(Fixture.named(name).model()).interpretations().names())
          .containsExactly("source");
    }
  }
}
