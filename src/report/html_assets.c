/* The style sheet and the script of the HTML report: report.css and report.js
 * beside this file, a string for each line, as the compiler's limit on the
 * length of strings asks for. */
#include "report/html_assets.h"

#include <stddef.h>

#include "base/banned.h"

const char *const vb_html_style[] = {
#include "report/report.css.inc"
    NULL,
};

const char *const vb_html_script[] = {
#include "report/report.js.inc"
    NULL,
};
