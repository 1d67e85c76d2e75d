/*
 * What kind of value a name asks for and what kind a value is, by form alone:
 * regions and zones of the large clouds, addresses, numbers, URLs.
 */
#ifndef VB_CHECK_SHAPE_H
#define VB_CHECK_SHAPE_H

#include "base/str.h"

#include <stdbool.h>

typedef enum vb_shape {
    VB_SHAPE_ANY,
    VB_SHAPE_REGION, /* us-central1, eu-west-1 */
    VB_SHAPE_ZONE,   /* us-central1-b, eu-west-1a */
    VB_SHAPE_EMAIL,
    VB_SHAPE_ADDRESS, /* IPv4, with or without a prefix length */
    VB_SHAPE_NUMBER,
    VB_SHAPE_URL,
    VB_SHAPE_ARN,
    VB_SHAPE_HOST, /* a name with dots */
} vb_shape;

/* By the name's last words: AWS_REGION, ZONE, ADMIN_EMAIL, DB_PORT. */
vb_shape vb_shape_of_name(vb_str name);
vb_shape vb_shape_of_value(vb_str value);
/* Does a value of shape 'have' contradict a name that wants 'want'? Unknown
 * shapes never do. */
bool vb_shape_contradicts(vb_shape want, vb_shape have);
/* "a zone", "an e-mail address", ... */
const char *vb_shape_name(vb_shape shape);

typedef struct vb_refused {
    vb_str text;
    const char *what; /* "AWS account number" */
    const char *form; /* "it has twelve digits" */
} vb_refused;

/* The next value in *rest that the real service refuses by its form; *rest
 * goes on behind it. Values that are plainly placeholders or variables are
 * left alone. */
bool vb_shape_refused(vb_str *rest, vb_refused *out);

#endif
