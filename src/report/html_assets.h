/* What the HTML report carries with it; each array ends in NULL. */
#ifndef VB_REPORT_HTML_ASSETS_H
#define VB_REPORT_HTML_ASSETS_H

extern const char *const vb_html_style[];
extern const char *const vb_html_script[];

#endif
