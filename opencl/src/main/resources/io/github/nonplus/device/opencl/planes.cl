// The planes of a stored matrix, one argument each. Definitions: PLANES, how many.
//
// EACH_PLANE(of) is of(0), of(1), … for each plane.
#if PLANES == 1
#define EACH_PLANE(of) of(0)
#elif PLANES == 2
#define EACH_PLANE(of) of(0), of(1)
#elif PLANES == 3
#define EACH_PLANE(of) of(0), of(1), of(2)
#elif PLANES == 4
#define EACH_PLANE(of) of(0), of(1), of(2), of(3)
#elif PLANES == 5
#define EACH_PLANE(of) of(0), of(1), of(2), of(3), of(4)
#elif PLANES == 6
#define EACH_PLANE(of) of(0), of(1), of(2), of(3), of(4), of(5)
#endif

#define PLANE(i) plane##i
#define PLANE_PARAMETER(i) global const uint *plane##i
