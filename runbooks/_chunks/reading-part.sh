#!/bin/sh
# --8<-- [start:greeting]
printf 'from a script\n'
# --8<-- [end:greeting]
