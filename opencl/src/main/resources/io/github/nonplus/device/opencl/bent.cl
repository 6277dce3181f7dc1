// What becomes of a logit, or of a vector of them: cap · tanh(scale · x / cap), by the kernel's
// parameters `scale` and `cap`.
// Definitions: SCALED and CAPPED, 1 if it is scaled or capped.
// Equals what ScoreStep does to its products up to the rounding of the built-in tanh.
#include "number.cl"

#if SCALED
#define SCALED_BY_SCALE(x) ((x) * scale)
#else
#define SCALED_BY_SCALE(x) (x)
#endif

#if CAPPED
#define BENT(x) CAPPED_AT(cap, SCALED_BY_SCALE(x))
#else
#define BENT(x) SCALED_BY_SCALE(x)
#endif
