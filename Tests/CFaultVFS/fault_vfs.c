#include "fault_vfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static int armed_kinds, first_failing, seen;
static sqlite3_vfs *below;
static sqlite3_vfs layer;
static sqlite3_io_methods methods;

void fault_arm(int kinds, int n) {
  pthread_mutex_lock(&guard);
  armed_kinds = kinds, first_failing = n, seen = 0;
  pthread_mutex_unlock(&guard);
}

void fault_disarm(void) { fault_arm(0, 0); }

int fault_seen(void) {
  pthread_mutex_lock(&guard);
  int count = seen;
  pthread_mutex_unlock(&guard);
  return count;
}

static int fails(int kinds) {
  pthread_mutex_lock(&guard);
  int is_due = 0;
  if (armed_kinds & kinds) is_due = ++seen >= first_failing;
  pthread_mutex_unlock(&guard);
  return is_due;
}

typedef struct {
  sqlite3_file base;
  sqlite3_file *real;
} fault_file;

static sqlite3_file *real(sqlite3_file *file) { return ((fault_file *)file)->real; }

static int f_close(sqlite3_file *file) {
  sqlite3_file *r = real(file);
  return r->pMethods ? r->pMethods->xClose(r) : SQLITE_OK;
}
static int f_read(sqlite3_file *file, void *into, int count, sqlite3_int64 at) {
  return real(file)->pMethods->xRead(real(file), into, count, at);
}
static int f_write(sqlite3_file *file, const void *from, int count, sqlite3_int64 at) {
  if (fails(fault_write | fault_full)) {
    /* A disk that fills up takes a part of what it is given. */
    if ((armed_kinds & fault_full) && count > 1)
      real(file)->pMethods->xWrite(real(file), from, count / 2, at);
    return armed_kinds & fault_full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  }
  return real(file)->pMethods->xWrite(real(file), from, count, at);
}
static int f_truncate(sqlite3_file *file, sqlite3_int64 size) {
  if (fails(fault_truncate)) return SQLITE_IOERR_TRUNCATE;
  return real(file)->pMethods->xTruncate(real(file), size);
}
static int f_sync(sqlite3_file *file, int flags) {
  if (fails(fault_sync)) return SQLITE_IOERR_FSYNC;
  return real(file)->pMethods->xSync(real(file), flags);
}
static int f_size(sqlite3_file *file, sqlite3_int64 *size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}
static int f_lock(sqlite3_file *file, int kind) {
  return real(file)->pMethods->xLock(real(file), kind);
}
static int f_unlock(sqlite3_file *file, int kind) {
  return real(file)->pMethods->xUnlock(real(file), kind);
}
static int f_check_lock(sqlite3_file *file, int *result) {
  return real(file)->pMethods->xCheckReservedLock(real(file), result);
}
static int f_control(sqlite3_file *file, int op, void *argument) {
  return real(file)->pMethods->xFileControl(real(file), op, argument);
}
static int f_sector(sqlite3_file *file) {
  return real(file)->pMethods->xSectorSize(real(file));
}
static int f_traits(sqlite3_file *file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
static int f_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **into) {
  return real(file)->pMethods->xShmMap(real(file), page, size, extend, into);
}
static int f_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
static void f_shm_barrier(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }
static int f_shm_unmap(sqlite3_file *file, int deletes) {
  return real(file)->pMethods->xShmUnmap(real(file), deletes);
}

static int v_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out) {
  (void)vfs;
  fault_file *own = (fault_file *)file;
  own->real = (sqlite3_file *)(own + 1);
  memset(own->real, 0, below->szOsFile);
  int code = below->xOpen(below, name, own->real, flags, out);
  own->base.pMethods = code == SQLITE_OK ? &methods : NULL;
  return code;
}
static int v_delete(sqlite3_vfs *vfs, const char *name, int syncs) {
  (void)vfs;
  return below->xDelete(below, name, syncs);
}
static int v_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
  (void)vfs;
  return below->xAccess(below, name, flags, result);
}
static int v_full_path(sqlite3_vfs *vfs, const char *name, int size, char *into) {
  (void)vfs;
  return below->xFullPathname(below, name, size, into);
}

int fault_register(void) {
  if (below) return 0;
  below = sqlite3_vfs_find(NULL);
  if (!below) return 1;
  methods = (sqlite3_io_methods){
      .iVersion = 2, .xClose = f_close, .xRead = f_read, .xWrite = f_write,
      .xTruncate = f_truncate, .xSync = f_sync, .xFileSize = f_size, .xLock = f_lock,
      .xUnlock = f_unlock, .xCheckReservedLock = f_check_lock, .xFileControl = f_control,
      .xSectorSize = f_sector, .xDeviceCharacteristics = f_traits, .xShmMap = f_shm_map,
      .xShmLock = f_shm_lock, .xShmBarrier = f_shm_barrier, .xShmUnmap = f_shm_unmap};
  layer = *below;
  layer.zName = "trailq-fault";
  layer.szOsFile = (int)sizeof(fault_file) + below->szOsFile;
  layer.pNext = NULL;
  layer.xOpen = v_open;
  layer.xDelete = v_delete;
  layer.xAccess = v_access;
  layer.xFullPathname = v_full_path;
  return sqlite3_vfs_register(&layer, 0);
}
