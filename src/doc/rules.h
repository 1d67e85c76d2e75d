/*
 * The rules by which the reader of documents reports: a stable id and one
 * sentence each. `verbatim rules` prints the table.
 */
#ifndef VB_DOC_RULES_H
#define VB_DOC_RULES_H

#define VB_DOC_RULES(X)                                                        \
    X(D001, "a document is text: no NUL byte, no binary file")                 \
    X(D002, "a document is valid UTF-8")                                       \
    X(D003, "front matter has an end line and can be read")                    \
    X(D004, "a code block has an end")                                         \
    X(D005, "a code block ends at the indentation at which it began")          \
    X(D006, "a comment, script or style block has an end")                     \
    X(D010, "a group of tabs has an end")                                      \
    X(D011, "a tab or slot has an end")                                        \
    X(D012, "an end has a beginning: nothing open is closed by it")            \
    X(D013, "a group of tabs is opened once")                                  \
    X(D014, "a tab stands in a group of tabs")                                 \
    X(D015, "a group of tabs has at least one tab")                            \
    X(D016, "a tab has a label, and each label of a group is there once")      \
    X(D017, "a details element has an end")                                    \
    X(D020, "an included file is there")                                       \
    X(D021, "an included file is inside the document's root")                  \
    X(D022, "a file does not include itself")                                  \
    X(D023, "includes nest no deeper than eight levels")                       \
    X(D024, "a document stays within its limits, with all it includes")        \
    X(D025, "an included file is text that can be read")                       \
    X(D030, "a table stays within its limits")                                 \
    X(D031, "a table's rows have no more cells than its header")

#define VB_DOC_RULE_ID(id, text) static const char id[] VB_UNUSED = #id;

#endif
