/*
 * Functions that have a safer spelling in base/. Include this last, so that
 * system headers are not affected.
 */
#ifndef VB_BASE_BANNED_H
#define VB_BASE_BANNED_H

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets
#pragma GCC poison localtime gmtime asctime ctime
#pragma GCC poison system popen atoi atol atoll atof tmpnam mktemp

#endif
