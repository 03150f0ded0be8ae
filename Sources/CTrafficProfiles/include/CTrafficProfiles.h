#ifndef TRAILQ_TRAFFIC_PROFILES_H
#define TRAILQ_TRAFFIC_PROFILES_H

#include <stddef.h>

/// How many profiles of background traffic there are.
size_t trailq_traffic_profile_count(void);
/// A profile's name, as text that ends in a zero byte.
const char *trailq_traffic_profile_name(size_t index);
/// A profile's JSON, which lies in the program.
const unsigned char *trailq_traffic_profile(size_t index);
/// Its length in bytes.
size_t trailq_traffic_profile_size(size_t index);

#endif
