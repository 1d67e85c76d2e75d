/*
 * Links that lead out of a document: into the network, or to a heading of
 * another page. They are collected while the documents are read and looked
 * into afterwards, each address and each page once for all of them.
 */
#ifndef VB_CHECK_LINKS_H
#define VB_CHECK_LINKS_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/map.h"
#include "check/check.h"
#include "doc/doc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The rules that are decided afterwards. */
#define VB_LINK_RULES(X) X(L002) X(L010) X(L011) X(L012) X(L013) X(L014) X(L015)
typedef enum vb_link_rule {
#define X(id) VB_LINK_##id,
    VB_LINK_RULES(X)
#undef X
} vb_link_rule;

/* One place of a document that links there. */
typedef struct vb_link {
    vb_str target;  /* the address, or the path of a page, without anchor */
    vb_str anchor;  /* or empty */
    bool remote;    /* target is an address */
    vb_loc loc;     /* of the target in the source, where it stands there as
                       it is ... */
    uint32_t width; /* ... then its length, else 0 */
    vb_str excerpt;
    uint32_t silent; /* bits of the rules that are silenced here */
} vb_link;

typedef struct vb_links {
    vb_arena *arena;
    VB_VEC(vb_link) list;
} vb_links;

/* A copy that points at nothing outside 'arena'. */
vb_link vb_link_copy(vb_arena *arena, const vb_link *link);

/* The anchors that a page's headings and HTML make, as keys. */
void vb_anchors_collect(vb_arena *arena, const vb_doc *doc, vb_map *anchors);
bool vb_anchors_have(vb_arena *arena, const vb_map *anchors, vb_str anchor);
/* id="..." and name="..." in raw HTML. The keys point into 'html'. */
void vb_anchors_html(vb_arena *arena, vb_str html, vb_map *anchors);

/* Links to headings of other pages; no network. Findings go to 'findings'. */
void vb_links_pages(const vb_links *links, const vb_check_opts *opts,
                    vb_findings *findings);
/* Links into the network, all together, each address once. False only when
 * the system fails. */
VB_MUST_USE bool vb_links_network(const vb_links *links,
                                  const vb_check_opts *opts,
                                  vb_findings *findings, vb_error *err);

#endif
