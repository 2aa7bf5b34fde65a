/*
 * Loaded into a process of the product (LD_PRELOAD), it makes its clock jump and its fsyncs fail, as the file named by ONCALLM_FAULTS says at the time:
 * two 64-bit numbers, nanoseconds to add to the wall clock, and whether syncing fails.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL

struct faults {
  volatile int64_t clock_ns;
  volatile int64_t sync_fails;
};

static const struct faults *faults;

__attribute__((constructor)) static void load(void) {
  const char *path = getenv("ONCALLM_FAULTS");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *mapped = mmap(NULL, sizeof(struct faults), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (mapped != MAP_FAILED) faults = mapped;
}

static void jump(struct timespec *time) {
  int64_t jumped = time->tv_sec * SECOND + time->tv_nsec + (faults ? faults->clock_ns : 0);
  time->tv_sec = jumped / SECOND;
  time->tv_nsec = jumped % SECOND;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int result = real ? real(clock, time) : (int)syscall(SYS_clock_gettime, clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) jump(time);
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
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

static int sync_fails(void) {
  if (!faults || !faults->sync_fails) return 0;
  errno = EIO;
  return 1;
}

int fsync(int file) {
  return sync_fails() ? -1 : (int)syscall(SYS_fsync, file);
}

int fdatasync(int file) {
  return sync_fails() ? -1 : (int)syscall(SYS_fdatasync, file);
}
