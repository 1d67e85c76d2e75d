/*
 * Names and values as HTML tags, JSX, shortcodes and info strings write them:
 * name="v", name='v', name={v}, name=v, and bare words.
 */
#ifndef VB_DOC_ATTRS_H
#define VB_DOC_ATTRS_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>

typedef struct vb_attr {
    vb_str name;  /* empty for a quoted word that stands alone */
    vb_str value; /* borrowed, without quotes; {"v"} gives v */
    bool has_value;
} vb_attr;

/* Takes the next one off *rest. False at the end. */
bool vb_attr_next(vb_str *rest, vb_attr *attr);
/* The value of the first attribute with that name; false if there is none. */
bool vb_attr_find(vb_str attrs, const char *name, vb_str *value);
/* The same, empty when there is none. */
vb_str vb_attr_get(vb_str attrs, const char *name);
/* The first of several names that has a value, in the order of 'names', which
 * ends in NULL. */
vb_str vb_attr_first(vb_str attrs, const char *const *names);
/* The 'n'th word (from 0) that is no name=value pair. */
vb_str vb_attr_word(vb_str attrs, unsigned n);

/* A tag: <Name attrs>, </Name>, <Name attrs />. */
typedef struct vb_tag {
    vb_str name;
    vb_str attrs;
    bool close, self; /* </x>, <x/> */
    size_t len;       /* bytes from '<' to behind '>' */
} vb_tag;

/* Reads the tag at the start of 's'. '>' in quotes and braces does not end
 * it. False when there is none or it has no end within 's'. */
bool vb_tag_read(vb_str s, vb_tag *tag);

/* {{< name args >}}, {{% name args %}}, {% name args %}, {{#name args }}. */
typedef struct vb_shortcode {
    char bracket; /* '<', '%', '{' for {% %}, '#' */
    vb_str name, args;
    bool close, self;
    size_t len;
} vb_shortcode;

/* Reads the shortcode at the start of 's'. */
bool vb_shortcode_read(vb_str s, vb_shortcode *sc);

/* Label text without emphasis, code marks, entities and outer quotes. */
vb_str vb_label_clean(vb_arena *arena, vb_str label);

#endif
