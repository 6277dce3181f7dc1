// Rotary position embedding, in place: element i of a head's first half turns with element i of its
// second half, by the angles of the row's position.
// vector [rows, heads · 2 · half_size], a view into the arena; angle_rows [rows] names each row's
// row of cosine and sine [·, half_size].
// Launch: work-items (i over all heads, row), the first padded to whole work-groups.
// Equals ScalarRowOperations.rotate, bit for bit.
#include "number.cl"

kernel void rotate(
    global float *arena, ulong at, uint stride, global const float *cosine,
    global const float *sine, global const int *angle_rows, uint half_size, uint pairs) {
  const uint pair = get_global_id(0);
  const size_t row = get_global_id(1);
  if (pair < pairs) {
    const uint i = pair % half_size;
    global float *head = arena + at + row * stride + (size_t)(pair / half_size) * 2 * half_size;
    const size_t angle = (size_t)angle_rows[row] * half_size + i;
    const float first = head[i];
    const float second = head[half_size + i];
    head[i] = first * cosine[angle] - second * sine[angle];
    head[half_size + i] = second * cosine[angle] + first * sine[angle];
  }
}
