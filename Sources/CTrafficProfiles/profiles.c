#include "CTrafficProfiles.h"

// `#embed` is C23; the package's C is older, and its compiler is always the toolchain's clang.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char shop[] = {
#embed "shop.json"
};
static const unsigned char batch[] = {
#embed "batch.json"
};
static const unsigned char lake[] = {
#embed "lake.json"
};

static const struct {
  const char *name;
  const unsigned char *text;
  size_t size;
} profiles[] = {
    {"shop", shop, sizeof shop},
    {"batch", batch, sizeof batch},
    {"lake", lake, sizeof lake},
};

size_t trailq_traffic_profile_count(void) { return sizeof profiles / sizeof profiles[0]; }

const char *trailq_traffic_profile_name(size_t index) { return profiles[index].name; }

const unsigned char *trailq_traffic_profile(size_t index) { return profiles[index].text; }

size_t trailq_traffic_profile_size(size_t index) { return profiles[index].size; }
