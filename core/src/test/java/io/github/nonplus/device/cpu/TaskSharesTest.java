package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TaskSharesTest {
  private static List<Integer> next(TaskShares shares, int worker, int count) {
    return IntStream.range(0, count).map(_ -> shares.next(worker)).boxed().toList();
  }

  @Test
  void eachWorkerTakesTasksOfItsOwnRangeInOrder() {
    TaskShares shares = new TaskShares(9, 3);
    assertThat(next(shares, 1, 2)).containsExactly(3, 4);
    assertThat(next(shares, 0, 3)).containsExactly(0, 1, 2);
    assertThat(next(shares, 2, 1)).containsExactly(6);
  }

  @Test
  void whoIsDoneTakesTheLastOfTheRangeOfWhichMostIsLeft() {
    TaskShares shares = new TaskShares(9, 3);
    next(shares, 0, 3);
    next(shares, 1, 1);
    assertThat(next(shares, 0, 3)).containsExactly(8, 5, 7);
  }

  @Test
  void everyTaskIsTakenOnceWhateverTheNumberOfWorkers() {
    for (int workers = 1; workers <= 5; workers++) {
      for (int tasks = 0; tasks <= 12; tasks++) {
        TaskShares shares = new TaskShares(tasks, workers);
        assertThat(next(shares, workers - 1, tasks))
            .containsExactlyInAnyOrderElementsOf(IntStream.range(0, tasks).boxed().toList());
        for (int worker = 0; worker < workers; worker++) {
          assertThat(shares.next(worker)).isEqualTo(TaskShares.NONE);
        }
      }
    }
  }

  @Test
  void ofOneRangeAllTakeTheFirstThatIsLeft() {
    TaskShares shares = new TaskShares(4, 1);
    assertThat(shares.next(2)).isEqualTo(0);
    assertThat(shares.next(0)).isEqualTo(1);
    assertThat(next(shares, 1, 3)).containsExactly(2, 3, TaskShares.NONE);
  }

  @Test
  void afterItsEndNobodyGetsATask() {
    TaskShares shares = new TaskShares(9, 3);
    next(shares, 0, 1);
    shares.end();
    assertThat(shares.next(0)).isEqualTo(TaskShares.NONE);
    assertThat(shares.next(2)).isEqualTo(TaskShares.NONE);
  }
}
