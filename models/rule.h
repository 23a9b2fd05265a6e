/* What a configuration says with -D: the rule that is off, and the one property that is looked at (none: all). */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#ifndef OFF
#define OFF ""
#endif
#ifndef PROPERTY
#define PROPERTY ""
#endif
#define rule(name) (strcmp(OFF, name) != 0)
#define looked_at(name) (*PROPERTY == 0 || strcmp(PROPERTY, name) == 0)
