/* For http*.c alone: which addresses are somebody's inside. */
#ifndef VB_BASE_HTTP_ADDR_H
#define VB_BASE_HTTP_ADDR_H

#include <stdbool.h>
#include <sys/socket.h>

/* Anything but a public unicast address of IPv4 or IPv6. */
bool vb_addr_is_private(const struct sockaddr *addr);
/* 'host' as in a URL (IPv6 in brackets or not): an address that is private, or
 * a name that never means anything public. */
bool vb_host_is_private(const char *host);
/* 127.0.0.0/8, ::1 or "localhost". */
bool vb_host_is_loopback(const char *host);

#endif
