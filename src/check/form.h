/*
 * What kind of value a name asks for and what kind a value is, by form alone:
 * regions and zones of the large clouds, addresses, numbers, URLs.
 */
#ifndef VB_CHECK_FORM_H
#define VB_CHECK_FORM_H

#include "base/str.h"

#include <stdbool.h>

typedef enum vb_form {
    VB_FORM_ANY,
    VB_FORM_REGION, /* us-central1, eu-west-1 */
    VB_FORM_ZONE,   /* us-central1-b, eu-west-1a */
    VB_FORM_EMAIL,
    VB_FORM_ADDRESS, /* IPv4, with or without a prefix length */
    VB_FORM_NUMBER,
    VB_FORM_URL,
    VB_FORM_ARN,
    VB_FORM_HOST, /* a name with dots */
} vb_form;

/* By the name's last words: AWS_REGION, ZONE, ADMIN_EMAIL, DB_PORT. */
vb_form vb_form_of_name(vb_str name);
vb_form vb_form_of_value(vb_str value);
/* Does a value of shape 'have' contradict a name that wants 'want'? Unknown
 * shapes never do. */
bool vb_form_contradicts(vb_form want, vb_form have);
/* "a zone", "an e-mail address", ... */
const char *vb_form_name(vb_form shape);

typedef struct vb_refused {
    vb_str text;
    const char *what; /* "AWS account number" */
    const char *form; /* "it has twelve digits" */
} vb_refused;

/* The next value in *rest that the real service refuses by its form; *rest
 * goes on behind it. Values that are plainly placeholders or variables are
 * left alone. */
bool vb_form_refused(vb_str *rest, vb_refused *out);

/* Is it all digits and yet no account number of Amazon's? */
bool vb_form_account(vb_str value, vb_refused *out);
/* Is it a name that Kubernetes refuses? */
bool vb_form_label(vb_str value, vb_refused *out);

#endif
