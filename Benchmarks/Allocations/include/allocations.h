#pragma once
#include <stddef.h>

/// Heap allocations of this process since it began.
unsigned long allocations(void);
