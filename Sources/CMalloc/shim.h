#include <malloc.h>

// What Swift has no word for: begins to bring a place of memory into the cache, and waits for nothing.
static inline void CMallocPrefetch(const void *place) { __builtin_prefetch(place); }
