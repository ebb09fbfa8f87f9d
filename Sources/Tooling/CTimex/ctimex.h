// Whether a time server keeps the clock of the kernel: adjtimex(2), which Swift's Glibc leaves out.
#include <sys/timex.h>
