// Joins the chunks of score.cl: result(r) = (largest logit, Σ exp(logit − largest), target logit).
// largest_of and sum_of [chunks, rows], target_logits [rows], result [rows, 3].
// Launch: one work-item for each row. The logarithm is left to float64 on the host.
// Equals ScoreStep.logSumExp up to float32 rounding.
#include "number.cl"

kernel void join(
    global const float *largest_of, global const float *sum_of, global const float *target_logits,
    global float *result, uint chunks, uint rows) {
  const uint r = get_global_id(0);
  if (r >= rows) {
    return;
  }
  float most = -MAXFLOAT;
  for (uint chunk = 0; chunk < chunks; chunk++) {
    most = fmax(most, largest_of[(size_t)chunk * rows + r]);
  }
  float sum = 0;
  for (uint chunk = 0; chunk < chunks; chunk++) {
    sum += sum_of[(size_t)chunk * rows + r] * exp(largest_of[(size_t)chunk * rows + r] - most);
  }
  result[3 * r] = most;
  result[3 * r + 1] = sum;
  result[3 * r + 2] = target_logits[r];
}
