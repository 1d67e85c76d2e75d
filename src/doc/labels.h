/* What a tab's label says about the tab. */
#ifndef VB_DOC_LABELS_H
#define VB_DOC_LABELS_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* A file's name or path: "values.yaml", "src/app.py", "Dockerfile". */
bool vb_label_file(vb_str label);
/* "Output", "Example output", "Result". */
bool vb_label_output(vb_str label);
/* "Command", "Terminal", "Input". */
bool vb_label_command(vb_str label);

/* A shell's name as code blocks are tagged: "bash", "console", ... */
bool vb_lang_shell(vb_str lang);

/* Labels that name no alternatives: files, or command and output. Files of
 * one name with several extensions ("config.js", "config.ts") are
 * alternatives. */
bool vb_labels_all_shown(const vb_str *labels, size_t n);

#endif
