#include "catalogue.h"

static const unsigned char text[] = {
#embed "catalogue.txt"
};

const unsigned char *trailq_catalogue(void) { return text; }
size_t trailq_catalogue_size(void) { return sizeof text; }
