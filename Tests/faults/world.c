// Another world for one program: a disk that fails, is slow or is watched, and a clock that steps or hurries. For LD_PRELOAD; it needs
// neither root nor any other tool.
//
//     cc -O2 -shared -fPIC world.c -o world.so -ldl -pthread
//
//     WORLD_FILES=/path/ams.sqlite   the disk is that of the files whose path begins so
//     WORLD_DISK=FILE                "OP ERRNO FIRST COUNT DELAY": from the FIRST operation of the kind OP on (write, sync or any; each kind
//                                    is counted from the start of the program), COUNT of them fail with ERRNO (none if it is 0) and
//                                    take DELAY ms
//     WORLD_TRACE=FILE               every write, truncation, sync and removal, and each commit that SQLite has reported to the program
//                                    When there is a FILE.kill, the program is killed right behind the next record of a commit: a kill from
//                                    outside may fall between a write and its record, and then the trace is not what happened
//     WORLD_COMMITS=FILE             a line for each commit: how long it took, in microseconds
//     WORLD_CLOCK=FILE               "STEP SPEED AHEAD": the wall clock is STEP ms off; both clocks run SPEED times as fast (0: they stand still,
//                                    and waits are short), and are AHEAD ms ahead. With WORLD_EPOCH=MS the wall clock began there when the
//                                    program first connected or opened a terminal.
//
// Files of settings hold one line of 100 octets; they are read at every call, so that a script changes them while the program runs. They
// must be written over, never truncated: `printf '%-100s' "any 5 0 999999 0" 1<>FILE`. In octets 64 to 71 of the clock's the program
// counts how often its inputs had nothing to read.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))next(#name))

static void *next(const char *name) {
  void *symbol = dlsym(RTLD_NEXT, name);
  if (!symbol) {
    dprintf(2, "world: there is no %s to stand in for\n", name);
    abort();
  }
  return symbol;
}

// The line of a settings file, mapped; an empty one without the variable.
static char *settings(const char *variable) {
  static char nothing[1];
  const char *path = getenv(variable);
  if (!path) return nothing;
  int file = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
  void *line = file < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (line == MAP_FAILED) {
    dprintf(2, "world: %s: %s cannot be read\n", variable, path);
    abort();
  }
  syscall(SYS_close, file);
  return line;
}

static int output(const char *variable) {
  const char *path = getenv(variable);
  return path ? syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
}

static const char *files;
static char *disk, *clocks;
static int trace = -1, times = -1;
static int64_t epoch;

static int64_t nanoseconds(clockid_t clock);
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
  files = getenv("WORLD_FILES");
  disk = settings("WORLD_DISK");
  clocks = settings("WORLD_CLOCK");
  const char *text = getenv("WORLD_EPOCH");
  if (text) epoch = atoll(text);
  trace = output("WORLD_TRACE");
  times = output("WORLD_COMMITS");
}

// --- The disk ------------------------------------------------------------------------------------------------------------

// What of the watched files a path is: its ending ("", "-wal", "-journal" ...), or NULL. Their folder is "/".
static const char *watched(const char *path) {
  if (!files || !path) return NULL;
  size_t length = strlen(files);
  if (!strncmp(path, files, length)) return path + length;
  const char *slash = strrchr(files, '/');
  size_t folder = slash ? (size_t)(slash - files) : 0;
  return folder && strlen(path) == folder && !strncmp(path, files, folder) ? "/" : NULL;
}

static const char *watched_descriptor(int descriptor, char *buffer, size_t size) {
  if (!files) return NULL;
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, buffer, size - 1);
  if (length < 0) return NULL;
  buffer[length] = 0;
  return watched(buffer);
}

// A record of the trace: a line "OP ENDING OFFSET LENGTH\n", and behind a write its octets.
static void record(char operation, const char *ending, int64_t offset, const void *octets, int64_t length) {
  if (trace < 0) return;
  char line[128];
  int size = snprintf(line, sizeof line, "%c %s %lld %lld\n", operation, *ending ? ending : ".", (long long)offset,
                      (long long)length);
  if (syscall(SYS_write, trace, line, size) != size) abort();
  if (octets && syscall(SYS_write, trace, octets, length) != length) abort();
}

// Whether this operation is to fail: its error, or 0. Waits where the disk is slow.
static int fault(const char *operation) {
  if (!*disk) return 0;
  static int64_t writes, syncs;
  char kind[16];
  int error;
  long long first, count, delay;
  if (sscanf(disk, "%15s %d %lld %lld %lld", kind, &error, &first, &count, &delay) != 5) return 0;
  pthread_mutex_lock(&guard);
  int64_t number = *operation == 'w' ? ++writes : ++syncs;
  if (!strcmp(kind, "any")) number = writes + syncs;
  pthread_mutex_unlock(&guard);
  if (strcmp(kind, "any") && strcmp(kind, operation)) return 0;
  if (number < first || number >= first + count) return 0;
  if (delay) syscall(SYS_nanosleep, &(struct timespec){delay / 1000, delay % 1000 * 1000000}, NULL);
  return error;
}

#define FAIL(operation) \
  do { \
    int code = fault(operation); \
    if (code) return errno = code, -1; \
  } while (0)

static ssize_t write_at(int descriptor, const void *octets, size_t length, off64_t offset) {
  char buffer[4096];
  const char *ending = watched_descriptor(descriptor, buffer, sizeof buffer);
  if (!ending) return syscall(SYS_pwrite64, descriptor, octets, length, offset);
  FAIL("write");
  pthread_mutex_lock(&guard);
  ssize_t written = syscall(SYS_pwrite64, descriptor, octets, length, offset);
  if (written > 0) record('W', ending, offset, octets, written);
  pthread_mutex_unlock(&guard);
  return written;
}

ssize_t pwrite(int descriptor, const void *octets, size_t length, off_t offset) {
  return write_at(descriptor, octets, length, offset);
}

ssize_t pwrite64(int descriptor, const void *octets, size_t length, off64_t offset) {
  return write_at(descriptor, octets, length, offset);
}

static int truncate_to(int descriptor, off64_t length) {
  char buffer[4096];
  const char *ending = watched_descriptor(descriptor, buffer, sizeof buffer);
  if (!ending) return syscall(SYS_ftruncate, descriptor, length);
  FAIL("write");
  pthread_mutex_lock(&guard);
  int result = syscall(SYS_ftruncate, descriptor, length);
  if (result == 0) record('T', ending, length, NULL, 0);
  pthread_mutex_unlock(&guard);
  return result;
}

int ftruncate(int descriptor, off_t length) { return truncate_to(descriptor, length); }
int ftruncate64(int descriptor, off64_t length) { return truncate_to(descriptor, length); }

static int synchronise(int descriptor, long call) {
  char buffer[4096];
  const char *ending = watched_descriptor(descriptor, buffer, sizeof buffer);
  if (!ending) return syscall(call, descriptor);
  FAIL("sync");
  int result = syscall(call, descriptor);
  pthread_mutex_lock(&guard);
  if (result == 0) record('S', ending, 0, NULL, 0);
  pthread_mutex_unlock(&guard);
  return result;
}

int fsync(int descriptor) { return synchronise(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return synchronise(descriptor, SYS_fdatasync); }

int unlink(const char *path) {
  const char *ending = watched(path);
  if (!ending) return syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  FAIL("write");
  pthread_mutex_lock(&guard);
  int result = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  if (result == 0) record('U', ending, 0, NULL, 0);
  pthread_mutex_unlock(&guard);
  return result;
}

// A commit is reported when the statement that makes it is done: COMMIT, or one that writes outside of a transaction.
int sqlite3_step(void *statement) {
  static int (*step)(void *), (*is_reading)(void *), (*is_alone)(void *);
  static void *(*database)(void *);
  if (!step) {
    is_reading = next("sqlite3_stmt_readonly");
    is_alone = next("sqlite3_get_autocommit");
    database = next("sqlite3_db_handle");
    step = next("sqlite3_step");
  }
  if (trace < 0 && times < 0) return step(statement);
  void *handle = database(statement);
  int was_alone = is_alone(handle), reads = is_reading(statement);
  int64_t begin = nanoseconds(CLOCK_MONOTONIC);
  int result = step(statement);
  if (result == 101 && is_alone(handle) && (!was_alone || !reads)) {
    pthread_mutex_lock(&guard);
    record('C', "", 0, NULL, 0);
    const char *path = getenv("WORLD_TRACE");
    char order[4096];
    if (path && snprintf(order, sizeof order, "%s.kill", path) < (int)sizeof order && !access(order, F_OK)) kill(getpid(), SIGKILL);
    if (times >= 0) dprintf(times, "%lld\n", (long long)(nanoseconds(CLOCK_MONOTONIC) - begin) / 1000);
    pthread_mutex_unlock(&guard);
  }
  return result;
}

// --- The clock -----------------------------------------------------------------------------------------------------------

static int64_t nanoseconds(clockid_t clock) {
  struct timespec time;
  syscall(SYS_clock_gettime, clock, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

// When the clock of this world began, by those of the machine.
static int64_t origin, wall_origin;

// What the settings say of the clock. Another program may be writing them: they are read until they are the same twice.
static long long speed(long long *step, long long *ahead) {
  char line[64], again[64];
  long long factor = 1;
  *step = *ahead = 0;
  if (!*clocks) return 1;
  do {
    memcpy(line, clocks, sizeof line);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    memcpy(again, clocks, sizeof again);
  } while (memcmp(line, again, sizeof line));
  line[63] = 0;
  sscanf(line, "%lld %lld %lld", step, &factor, ahead);
  return factor;
}

static void depart(void) {
  int64_t nothing = 0;
  if (!wall_origin) wall_origin = nanoseconds(CLOCK_REALTIME);
  __atomic_compare_exchange_n(&origin, &nothing, nanoseconds(CLOCK_MONOTONIC), 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int isWall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  int isSteady = clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_MONOTONIC_COARSE ||
                 clock == CLOCK_BOOTTIME;
  if (!*clocks || !(isWall || isSteady)) return syscall(SYS_clock_gettime, clock, time);
  long long step, ahead, factor = speed(&step, &ahead);
  if (!epoch) depart();
  int64_t passed = origin ? (nanoseconds(CLOCK_MONOTONIC) - origin) * factor + ahead * 1000000 : 0;
  int64_t begin = isSteady ? (origin ? origin : nanoseconds(CLOCK_MONOTONIC)) : epoch ? epoch * 1000000 : wall_origin;
  int64_t result = begin + passed + (isSteady ? 0 : step * 1000000);
  time->tv_sec = result / 1000000000;
  time->tv_nsec = result % 1000000000;
  return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result) *result = now.tv_sec;
  return now.tv_sec;
}

// Threads that read an input: they have connected or opened a terminal.
static __thread int reads_input;

// A span of the program's time, in that of the machine. While the clock stands, nobody waits long for it.
static struct timespec shortened(int64_t span) {
  long long step, ahead, factor = speed(&step, &ahead);
  if (factor > 1) span /= factor;
  int64_t longest = reads_input ? 200000 : 20000000;
  if (factor == 0 && span > longest) span = longest;
  return (struct timespec){span / 1000000000, span % 1000000000};
}

int poll(struct pollfd *descriptors, nfds_t count, int timeout) {
  if (*clocks) {
    int ready = syscall(SYS_ppoll, descriptors, count, &(struct timespec){0, 0}, NULL, 0);
    if (ready) return ready;
    if (reads_input) __atomic_fetch_add((uint64_t *)(clocks + 64), 1, __ATOMIC_SEQ_CST);
  }
  struct timespec span = shortened(timeout * 1000000LL);
  return syscall(SYS_ppoll, descriptors, count, timeout < 0 ? NULL : &span, NULL, 0);
}

int nanosleep(const struct timespec *span, struct timespec *rest) {
  struct timespec short_span = shortened(span->tv_sec * 1000000000LL + span->tv_nsec);
  return syscall(SYS_nanosleep, &short_span, rest);
}

int usleep(useconds_t span) { return nanosleep(&(struct timespec){span / 1000000, span % 1000000 * 1000}, NULL); }

int connect(int socket, const struct sockaddr *address, socklen_t length) {
  int result = syscall(SYS_connect, socket, address, length);
  int code = errno;
  if (*clocks && address->sa_family != AF_UNIX && (result == 0 || code == EINPROGRESS)) {
    reads_input = 1;
    depart();
  }
  errno = code;
  return result;
}

static int open_file(const char *path, int flags, mode_t mode) {
  if ((flags & O_ACCMODE) != O_RDONLY && watched(path) && fault("write") == EROFS) return errno = EROFS, -1;
  int result = syscall(SYS_openat, AT_FDCWD, path, flags, mode);
  if (*clocks && result >= 0 && isatty(result)) {
    reads_input = 1;
    depart();
  }
  return result;
}

#define MODE(flags) \
  mode_t mode = 0; \
  if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list list; \
    va_start(list, flags); \
    mode = va_arg(list, mode_t); \
    va_end(list); \
  }

int open(const char *path, int flags, ...) {
  MODE(flags)
  return open_file(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  MODE(flags)
  return open_file(path, flags, mode);
}
