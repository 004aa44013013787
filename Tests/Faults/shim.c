// Stands between a program and the C library (LD_PRELOAD) and counts the calls that change files below one folder. At
// one of them it kills the process, lets the call fail, or does half of it; it can also record all of them.
//
//   FAULTS_ROOT   the folder, absolute and without links; nothing else is touched
//   FAULTS_KINDS  which calls count: w write, s sync, t truncate, o open to write, r rename, u unlink, m mkdir, d rmdir
//   FAULTS_AT     the call at which something happens, from 1
//   FAULTS_MODE   before, half, after: kill there; error: fail once with FAULTS_ERRNO; short: write a part, once;
//                 full: from there on no write and no truncation succeeds until a file FAULTS_ROOM exists
//   FAULTS_SPLIT  how much of a write `half` and `short` do, in 1/256
//   FAULTS_TRACE  where to record (see `record`); also what is said on standard error that begins with "durable "
//   FAULTS_PLANT  nosync: syncs do nothing; inherit: no descriptor closes on exec; deaf: a sync that fails says nothing
//
// Children of the process are left alone. Calls that change files in ways unknown here end the process loudly.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char root[4096];
static size_t root_length;
static const char *kinds = "wstorumd", *mode = "", *room = "", *plant = "";
static long at, count;
static int code, split = 128, trace = -1, is_active;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static const char *setting(const char *name, const char *fallback) {
    const char *value = getenv(name);
    return value && *value ? value : fallback;
}

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("FAULTS_ROOT");
    char pid[32];
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    const char *owner = getenv("FAULTS_OWNER");
    if (!folder || (owner && strcmp(owner, pid))) return;
    setenv("FAULTS_OWNER", pid, 1);
    snprintf(root, sizeof root, "%s", folder);
    root_length = strlen(root);
    kinds = setting("FAULTS_KINDS", kinds);
    mode = setting("FAULTS_MODE", mode);
    room = setting("FAULTS_ROOM", room);
    plant = setting("FAULTS_PLANT", plant);
    at = atol(setting("FAULTS_AT", "0"));
    code = atoi(setting("FAULTS_ERRNO", "5"));
    split = atoi(setting("FAULTS_SPLIT", "128"));
    const char *log = getenv("FAULTS_TRACE");
    if (log && *log) trace = (int)syscall(SYS_open, log, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_APPEND, 0644);
    is_active = 1;
}

static int is_below(const char *path) {
    return !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

// The path of a descriptor, 0 where it is not one of ours.
static int path_of(int file, char *path) {
    if (!is_active) return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = syscall(SYS_readlink, link, path, 4095);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_below(path);
}

// The absolute path of a name, 0 where it is not one of ours. Only `.` and doubled slashes are taken out.
static int absolute(int folder, const char *name, char *path) {
    if (!is_active || !name) return 0;
    char whole[8192];
    if (name[0] == '/') {
        snprintf(whole, sizeof whole, "%s", name);
    } else {
        char base[4096];
        if (folder == AT_FDCWD) {
            if (syscall(SYS_getcwd, base, sizeof base) < 0) return 0;
        } else {
            char link[64];
            snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
            ssize_t length = syscall(SYS_readlink, link, base, sizeof base - 1);
            if (length <= 0) return 0;
            base[length] = 0;
        }
        snprintf(whole, sizeof whole, "%s/%s", base, name);
    }
    size_t out = 0;
    for (const char *in = whole; *in && out < 4095;) {
        if (in[0] == '/' && in[1] == '/') { in++; continue; }
        if (in[0] == '/' && in[1] == '.' && (in[2] == '/' || !in[2])) { in += 2; continue; }
        path[out++] = *in++;
    }
    if (out > 1 && path[out - 1] == '/') out--;
    path[out] = 0;
    return is_below(path);
}

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

static void unsupported(const char *call) {
    dprintf(2, "shim: unsupported call %s\n", call);
    die();
}

// Flags of records: of any call; of opening.
enum { SYNCHRONOUS = 1, CREATED = 1, EMPTIED = 2, FAILED = 128 };

enum action { GO, FAIL, PART, PART_THEN_DIE, DO_THEN_DIE };

// What happens to this call. The mutex is held from here to `done`.
static enum action next(char kind) {
    pthread_mutex_lock(&mutex);
    if (!strchr(kinds, kind)) return GO;
    count++;
    if (!at || count < at) return GO;
    if (!strcmp(mode, "full")) {
        struct stat status;
        if ((kind != 'w' && kind != 't') || syscall(SYS_newfstatat, AT_FDCWD, room, &status, 0) == 0) return GO;
        code = ENOSPC;
        return FAIL;
    }
    if (count > at) return GO;
    if (!strcmp(mode, "before")) die();
    if (!strcmp(mode, "half")) { if (kind == 'w') return PART_THEN_DIE; die(); }
    if (!strcmp(mode, "after")) return DO_THEN_DIE;
    if (!strcmp(mode, "error")) return FAIL;
    if (!strcmp(mode, "short")) return kind == 'w' ? PART : FAIL;
    return GO;
}

static void put(const void *bytes, size_t length) {
    while (length) {
        ssize_t n = syscall(SYS_write, trace, bytes, length);
        if (n <= 0) die();
        bytes = (const char *)bytes + n;
        length -= (size_t)n;
    }
}

// One record: kind, flag, lengths of two paths and of the data, a number, then the three, little-endian.
static void record(char kind, int flag, const char *path, const char *to, uint64_t number, const struct iovec *parts, int n) {
    if (trace < 0) return;
    uint64_t length = 0;
    for (int i = 0; i < n; i++) length += parts[i].iov_len;
    unsigned char head[22] = {(unsigned char)kind, (unsigned char)flag};
    uint16_t first = (uint16_t)strlen(path), second = (uint16_t)(to ? strlen(to) : 0);
    memcpy(head + 2, &first, 2);
    memcpy(head + 4, &second, 2);
    memcpy(head + 6, &length, 8);
    memcpy(head + 14, &number, 8);
    put(head, sizeof head);
    put(path, first);
    if (to) put(to, second);
    for (int i = 0; i < n; i++) put(parts[i].iov_base, parts[i].iov_len);
}

static void done(enum action action) {
    if (action == PART_THEN_DIE || action == DO_THEN_DIE) die();
    int saved = errno;
    pthread_mutex_unlock(&mutex);
    errno = saved;
}

static int fail(void) {
    pthread_mutex_unlock(&mutex);
    errno = code;
    return -1;
}

static size_t total(const struct iovec *parts, int n) {
    size_t length = 0;
    for (int i = 0; i < n; i++) length += parts[i].iov_len;
    return length;
}

// Writes the first bytes only; returns how many.
static ssize_t write_part(int file, const struct iovec *parts, int n, off_t offset, int is_placed, size_t wanted) {
    ssize_t written = 0;
    for (int i = 0; i < n && wanted; i++) {
        size_t length = parts[i].iov_len < wanted ? parts[i].iov_len : wanted;
        ssize_t one = is_placed ? syscall(SYS_pwrite64, file, parts[i].iov_base, length, offset + written)
                                : syscall(SYS_write, file, parts[i].iov_base, length);
        if (one < 0) return written ? written : -1;
        written += one;
        wanted -= (size_t)one;
    }
    return written;
}

static int is_synchronous(int file) {
    long flags = syscall(SYS_fcntl, file, F_GETFL);
    return flags >= 0 && (flags & O_DSYNC) == O_DSYNC && strcmp(plant, "nosync");
}

static ssize_t do_write(int file, const struct iovec *parts, int n, off_t offset, int is_placed) {
    char path[4096];
    if (!path_of(file, path)) {
        if (is_active && file == 2 && trace >= 0 && n && parts[0].iov_len > 8 && !memcmp(parts[0].iov_base, "durable ", 8)) {
            pthread_mutex_lock(&mutex);
            record('a', 0, "", NULL, 0, parts, n);
            pthread_mutex_unlock(&mutex);
        }
        return is_placed ? syscall(SYS_pwritev, file, parts, n, offset, 0) : syscall(SYS_writev, file, parts, n);
    }
    enum action action = next('w');
    if (action == FAIL) return fail();
    off_t place = is_placed ? offset : syscall(SYS_lseek, file, 0, SEEK_CUR);
    if (!is_placed && (syscall(SYS_fcntl, file, F_GETFL) & O_APPEND)) {
        struct stat status;
        if (fstat(file, &status) == 0) place = status.st_size;
    }
    ssize_t written;
    if (action == PART || action == PART_THEN_DIE) {
        size_t whole = total(parts, n), wanted = whole * (size_t)split / 256;
        if (!wanted && whole > 1) wanted = 1;
        written = write_part(file, parts, n, offset, is_placed, wanted);
    } else {
        written = write_part(file, parts, n, offset, is_placed, total(parts, n));
    }
    record('w', written == (ssize_t)total(parts, n) ? is_synchronous(file) * SYNCHRONOUS : FAILED, path, NULL, (uint64_t)place, parts, n);
    done(action);
    return written;
}

ssize_t write(int file, const void *bytes, size_t length) {
    struct iovec part = {(void *)bytes, length};
    return do_write(file, &part, 1, 0, 0);
}
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset) {
    struct iovec part = {(void *)bytes, length};
    return do_write(file, &part, 1, offset, 1);
}
ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) { return pwrite64(file, bytes, length, offset); }
ssize_t writev(int file, const struct iovec *parts, int n) { return do_write(file, parts, n, 0, 0); }
ssize_t pwritev64(int file, const struct iovec *parts, int n, off64_t offset) { return do_write(file, parts, n, offset, 1); }
ssize_t pwritev(int file, const struct iovec *parts, int n, off_t offset) { return do_write(file, parts, n, offset, 1); }

static int do_sync(int file, long call) {
    char path[4096];
    if (!path_of(file, path)) return (int)syscall(call, file);
    enum action action = next('s');
    if (action == FAIL || action == PART) {
        record('s', FAILED, path, NULL, 0, NULL, 0);
        if (strcmp(plant, "deaf")) return fail();
        done(GO);
        return 0;
    }
    int result = 0;
    if (strcmp(plant, "nosync")) {
        result = (int)syscall(call, file);
        record('s', result ? FAILED : 0, path, NULL, 0, NULL, 0);
    }
    done(action);
    return result;
}
int fsync(int file) { return do_sync(file, SYS_fsync); }
int fdatasync(int file) { return do_sync(file, SYS_fdatasync); }

int ftruncate64(int file, off64_t length) {
    char path[4096];
    if (!path_of(file, path)) return (int)syscall(SYS_ftruncate, file, length);
    enum action action = next('t');
    if (action == FAIL || action == PART) return fail();
    int result = (int)syscall(SYS_ftruncate, file, length);
    record('t', result ? FAILED : 0, path, NULL, (uint64_t)length, NULL, 0);
    done(action);
    return result;
}
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

// Counts as a truncation; of a file that keeps its name `images.py` would have to know more.
int posix_fallocate64(int file, off64_t offset, off64_t length) {
    char path[4096];
    int is_ours = path_of(file, path);
    if (is_ours && !strstr(path, " (deleted)")) unsupported("posix_fallocate of a file with a name");
    enum action action = is_ours ? next('t') : GO;
    if (action == FAIL || action == PART) {
        fail();
        return code;
    }
    int result = syscall(SYS_fallocate, file, 0, offset, length) ? errno : 0;
    if (is_ours) {
        record('t', result ? FAILED : 0, path, NULL, (uint64_t)(offset + length), NULL, 0);
        done(action);
    }
    return result;
}
int posix_fallocate(int file, off_t offset, off_t length) { return posix_fallocate64(file, offset, length); }

static int do_open(int folder, const char *name, int flags, mode_t permissions) {
    char path[4096];
    int asked = flags;
    if (!strcmp(plant, "inherit")) flags &= ~O_CLOEXEC;
    int is_writing = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
    if (!is_writing || !absolute(folder, name, path)) {
        return (int)syscall(SYS_openat, folder, name, is_active ? flags : asked, permissions);
    }
    enum action action = next('o');
    if (action == FAIL || action == PART) return fail();
    struct stat status;
    int was_there = syscall(SYS_newfstatat, AT_FDCWD, path, &status, 0) == 0;
    int file = (int)syscall(SYS_openat, folder, name, flags, permissions);
    record('o', file < 0 ? FAILED : !was_there ? CREATED : flags & O_TRUNC ? EMPTIED : 0, path, NULL, 0, NULL, 0);
    done(action);
    return file;
}

#define PERMISSIONS                                       \
    mode_t permissions = 0;                               \
    if (flags & (O_CREAT | O_TMPFILE)) {                  \
        va_list list;                                     \
        va_start(list, flags);                            \
        permissions = (mode_t)va_arg(list, unsigned int); \
        va_end(list);                                     \
    }
int open(const char *name, int flags, ...) { PERMISSIONS return do_open(AT_FDCWD, name, flags, permissions); }
int open64(const char *name, int flags, ...) { PERMISSIONS return do_open(AT_FDCWD, name, flags, permissions); }
int openat(int folder, const char *name, int flags, ...) { PERMISSIONS return do_open(folder, name, flags, permissions); }
int openat64(int folder, const char *name, int flags, ...) { PERMISSIONS return do_open(folder, name, flags, permissions); }
int creat(const char *name, mode_t permissions) { return do_open(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, permissions); }
int creat64(const char *name, mode_t permissions) { return creat(name, permissions); }

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags) {
    char source[4096], target[4096];
    int is_ours = absolute(from_folder, from, source);
    is_ours |= absolute(to_folder, to, target);
    if (!is_ours) return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
    if (flags & RENAME_EXCHANGE) unsupported("renameat2 with RENAME_EXCHANGE");
    enum action action = next('r');
    if (action == FAIL || action == PART) return fail();
    int result = (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
    record('r', result ? FAILED : 0, source, target, 0, NULL, 0);
    done(action);
    return result;
}
int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    return renameat2(from_folder, from, to_folder, to, 0);
}
int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

static int do_entry(char kind, int folder, const char *name, int argument) {
    char path[4096];
    int is_ours = absolute(folder, name, path);
    enum action action = is_ours ? next(kind) : GO;
    if (action == FAIL || action == PART) return fail();
    int result = kind == 'm' ? (int)syscall(SYS_mkdirat, folder, name, argument)
                             : (int)syscall(SYS_unlinkat, folder, name, argument);
    if (is_ours) {
        record(kind, result ? FAILED : 0, path, NULL, 0, NULL, 0);
        done(action);
    }
    return result;
}
int unlinkat(int folder, const char *name, int flags) {
    return do_entry(flags & AT_REMOVEDIR ? 'd' : 'u', folder, name, flags);
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }
int remove(const char *name) {
    int result = unlink(name);
    return result && errno == EISDIR ? rmdir(name) : result;
}
int mkdirat(int folder, const char *name, mode_t permissions) { return do_entry('m', folder, name, (int)permissions); }
int mkdir(const char *name, mode_t permissions) { return mkdirat(AT_FDCWD, name, permissions); }

// What this program does not do today. A change that begins to must teach the shim first.
#define REFUSED_FILE(type, call, declared, file, number, ...)          \
    type call declared {                                               \
        char path[4096];                                               \
        if (path_of(file, path)) unsupported(#call);                   \
        return (type)syscall(number, __VA_ARGS__);                     \
    }
REFUSED_FILE(ssize_t, copy_file_range, (int from, off64_t *a, int to, off64_t *b, size_t n, unsigned f), to,
    SYS_copy_file_range, from, a, to, b, n, f)
REFUSED_FILE(ssize_t, sendfile, (int to, int from, off_t *offset, size_t n), to, SYS_sendfile, to, from, offset, n)
REFUSED_FILE(ssize_t, sendfile64, (int to, int from, off64_t *offset, size_t n), to, SYS_sendfile, to, from, offset, n)
REFUSED_FILE(int, fallocate, (int file, int how, off_t offset, off_t n), file, SYS_fallocate, file, how, offset, n)
REFUSED_FILE(int, fallocate64, (int file, int how, off64_t offset, off64_t n), file, SYS_fallocate, file, how, offset, n)
REFUSED_FILE(int, sync_file_range, (int file, off64_t offset, off64_t n, unsigned how), file, SYS_sync_file_range, file,
    offset, n, how)

#define REFUSED_NAME(call, declared, name, number, ...)                \
    int call declared {                                                \
        char path[4096];                                               \
        if (absolute(AT_FDCWD, name, path)) unsupported(#call);        \
        return (int)syscall(number, __VA_ARGS__);                      \
    }
REFUSED_NAME(truncate, (const char *name, off_t length), name, SYS_truncate, name, length)
REFUSED_NAME(truncate64, (const char *name, off64_t length), name, SYS_truncate, name, length)
REFUSED_NAME(link, (const char *from, const char *to), to, SYS_link, from, to)
REFUSED_NAME(symlink, (const char *from, const char *to), to, SYS_symlink, from, to)
