#include "CAPICatalogue.h"

// `#embed` is C23; the package's C is older, and its compiler is always the toolchain's clang.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char text[] = {
#embed "catalogue.txt"
};

const unsigned char *trailq_api_catalogue(void) { return text; }

size_t trailq_api_catalogue_size(void) { return sizeof text; }
