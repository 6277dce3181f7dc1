// Rotary position embedding, in place: in each head, element `from` + step · i turns with the one
// `distance` further on, by angle i of the row's position, for i below `half_turned`.
// vector [rows, heads · head_size], a view into the arena; angle_rows [rows] names each row's row of
// cosine and sine [·, half_turned]. direction is −1 to turn backwards, else 1.
// Launch: work-items (i over all heads, row), the first padded to whole work-groups.
// Equals RotateStep with ScalarStripOperations.rotate, bit for bit.
#include "number.cl"

kernel void rotate(
    global float *arena, ulong at, uint stride, global const float *cosine,
    global const float *sine, global const int *angle_rows, uint head_size, uint from, uint step,
    uint distance, uint half_turned, float direction, uint pairs) {
  const uint pair = get_global_id(0);
  const size_t row = get_global_id(1);
  if (pair < pairs) {
    const uint i = pair % half_turned;
    global float *a =
        arena + at + row * stride + (size_t)(pair / half_turned) * head_size + from + step * i;
    global float *b = a + distance;
    const size_t angle = (size_t)angle_rows[row] * half_turned + i;
    const float c = cosine[angle];
    const float s = sine[angle] * direction;
    const float first = *a;
    const float second = *b;
    *a = first * c - second * s;
    *b = second * c + first * s;
  }
}
