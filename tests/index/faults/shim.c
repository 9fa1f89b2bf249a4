/* Fails, cuts short or kills at the n-th system call that touches certain folders.

The kernel hands every such call of this process to a handler of ours, whoever makes it: Python,
SQLite, Tantivy or Chroma, by way of the C library or past it. Only what a process does itself is
seen: after an exec nobody handles its calls, and it ends.
*/

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define ARGUMENT(u, n) ((u)->uc_mcontext.gregs[(int[]){REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9}[n]])
#define RESULT(u) ((u)->uc_mcontext.gregs[REG_RAX])
__asm__(".text\n.type shim_syscall,@function\nshim_syscall:\n"
        "mov %rdi,%rax\nmov %rsi,%rdi\nmov %rdx,%rsi\nmov %rcx,%rdx\nmov %r8,%r10\n"
        "mov %r9,%r8\nmov 8(%rsp),%r9\nsyscall\nshim_after:\nret\n");
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#define ARGUMENT(u, n) ((u)->uc_mcontext.regs[n])
#define RESULT(u) ((u)->uc_mcontext.regs[0])
__asm__(".text\n.type shim_syscall,%function\nshim_syscall:\n"
        "mov x8,x0\nmov x0,x1\nmov x1,x2\nmov x2,x3\nmov x3,x4\nmov x4,x5\nmov x5,x6\n"
        "svc #0\nshim_after:\nret\n");
#else
#error "this processor is not known"
#endif

long shim_syscall(long number, ...);
extern char shim_after[];

enum { FAIL, KILL, TORN, SHORT, FOREVER, COUNT };

static char folders[4][4096], wanted[4200];
static int folder_count, harm, error, record = -1, skip_sync;
static long at;
static atomic_long seen;
static atomic_int sprung;

#define RAW(number, a, b, c, d, e, f) \
    shim_syscall((long)(number), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

static int below(const char *path) {
    for (int n = 0; n < folder_count; n++) {
        size_t size = strlen(folders[n]);
        if (!strncmp(path, folders[n], size) && (path[size] == '/' || !path[size])) return 1;
    }
    return 0;
}

static void digits(char *into, long number) {
    char text[24];
    int n = 0;
    do text[n++] = '0' + number % 10; while (number /= 10);
    while (n) *into++ = text[--n];
    *into = 0;
}

/* The path that a descriptor stands for. */
static int path_of(long descriptor, char *into, size_t size) {
    char link[64] = "/proc/self/fd/";
    digits(link + strlen(link), descriptor);
    long length = RAW(SYS_readlinkat, AT_FDCWD, link, into, size - 1, 0, 0);
    into[length > 0 ? length : 0] = 0;
    return length > 0 && below(into);
}

/* The path that a folder's descriptor and a name below it stand for. */
static int path_at(long descriptor, const char *name, char *into, size_t size) {
    into[0] = 0;
    if (!name) return 0;
    if (name[0] != '/') {
        if ((int)descriptor == AT_FDCWD) {
            if (RAW(SYS_getcwd, into, size, 0, 0, 0, 0) < 0) return 0;
        } else path_of((int)descriptor, into, size);
        strncat(into, "/", size - strlen(into) - 1);
    }
    strncat(into, name, size - strlen(into) - 1);
    return below(into);
}

static int is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

/* A path without what differs from run to run: long hexadecimal numbers, and Tantivy's names. */
static void plain(const char *path, char *into) {
    while (*path) {
        int run = 0;
        while (is_hex(path[run])) run++;
        if (run >= 8) {
            *into++ = '#';
            path += run;
        } else if (!strncmp(path, "/.tmp", 5)) {
            strcpy(into, "/.tmp#");
            into += 6;
            path += 5;
            while (*path && *path != '/') path++;
        } else {
            if (!run) run = 1;
            while (run--) *into++ = *path++;
        }
    }
    *into = 0;
}

/* Whether a call touches the folders: its path and name go to `path` and `name`. */
static int concerns(long number, ucontext_t *u, char *path, size_t size, const char **name) {
    char other[4096];
#define ON(call, what) case SYS_##call: *name = #call; return what
#define DESCRIPTOR path_of(ARGUMENT(u, 0), path, size)
#define AT(d, n) path_at(ARGUMENT(u, d), (const char *)ARGUMENT(u, n), path, size)
#define HERE(n) path_at(AT_FDCWD, (const char *)ARGUMENT(u, n), path, size)
#define OTHER(d, n) path_at((d), (const char *)ARGUMENT(u, n), other, sizeof other)
    switch (number) {
        ON(write, DESCRIPTOR);
        ON(pwrite64, DESCRIPTOR);
        ON(writev, DESCRIPTOR);
        ON(pwritev, DESCRIPTOR);
        ON(ftruncate, DESCRIPTOR);
        ON(fallocate, DESCRIPTOR);
        ON(fsync, DESCRIPTOR);
        ON(fdatasync, DESCRIPTOR);
        ON(flock, DESCRIPTOR);
        ON(fchmod, DESCRIPTOR);
        ON(sendfile, DESCRIPTOR);
        ON(read, DESCRIPTOR);
        ON(pread64, DESCRIPTOR);
        ON(getdents64, DESCRIPTOR);
        ON(copy_file_range, path_of(ARGUMENT(u, 2), path, size));
        ON(openat, AT(0, 1));
        ON(mkdirat, AT(0, 1));
        ON(unlinkat, AT(0, 1));
        ON(symlinkat, AT(1, 2));
        ON(linkat, AT(2, 3));
        ON(renameat2, (OTHER(ARGUMENT(u, 0), 1), AT(2, 3)) || below(other));
        ON(renameat, (OTHER(ARGUMENT(u, 0), 1), AT(2, 3)) || below(other));
        ON(truncate, HERE(0));
#ifdef SYS_open
        ON(open, HERE(0));
        ON(creat, HERE(0));
        ON(mkdir, HERE(0));
        ON(rmdir, HERE(0));
        ON(unlink, HERE(0));
        ON(chmod, HERE(0));
        ON(symlink, HERE(1));
        ON(link, HERE(1));
        ON(rename, (OTHER(AT_FDCWD, 0), HERE(1)) || below(other));
#endif
    }
    return 0;
}

static void on_call(int signal, siginfo_t *info, void *context) {
    (void)signal;
    ucontext_t *u = context;
    long number = info->si_syscall, a[6];
    char path[4096];
    const char *name = "";
    int saved = errno;
    for (int n = 0; n < 6; n++) a[n] = ARGUMENT(u, n);
    if (concerns(number, u, path, sizeof path, &name)) {
        char site[4200] = "";
        strncat(site, name, 32);
        strcat(site, " ");
        plain(path, site + strlen(site));
        if (record >= 0) {
            char line[8400] = "";
            strcat(line, site);
            strcat(line, "\t");
            strcat(line, path);
            strcat(line, "\n");
            RAW(SYS_write, record, line, strlen(line), 0, 0, 0);
        }
        int counts = !wanted[0] || !strcmp(site, wanted);
        long now = counts ? atomic_fetch_add(&seen, 1) + 1 : 0;
        int writes = number == SYS_write || number == SYS_pwrite64;
        if ((now && now == at) || (harm == FOREVER && atomic_load(&sprung))) {
            atomic_store(&sprung, 1);
            if ((harm == TORN || harm == SHORT) && writes && a[2] > 1)
                a[2] = RAW(number, a[0], a[1], a[2] / 2, a[3], 0, 0);
            else if (harm == SHORT) goto through;
            if (harm == KILL || harm == TORN)
                RAW(SYS_kill, RAW(SYS_getpid, 0, 0, 0, 0, 0, 0), SIGKILL, 0, 0, 0, 0);
            RESULT(u) = harm == SHORT ? a[2] : -error;
            errno = saved;
            return;
        }
        if (skip_sync && (number == SYS_fsync || number == SYS_fdatasync)) {
            RESULT(u) = 0;
            errno = saved;
            return;
        }
    }
through:
    RESULT(u) = RAW(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    errno = saved;
}

static int numbers[] = {
    SYS_write, SYS_pwrite64, SYS_writev, SYS_pwritev, SYS_ftruncate, SYS_truncate, SYS_fallocate,
    SYS_fsync, SYS_fdatasync, SYS_flock, SYS_fchmod, SYS_sendfile, SYS_copy_file_range,
    SYS_mkdirat, SYS_unlinkat, SYS_symlinkat, SYS_linkat, SYS_renameat2, SYS_renameat,
#ifdef SYS_open
    SYS_creat, SYS_mkdir, SYS_rmdir, SYS_unlink, SYS_chmod, SYS_symlink, SYS_link, SYS_rename,
#endif
};

static int readings[] = {SYS_read, SYS_pread64, SYS_getdents64};

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define HALF(field, n) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field) + 4 * (n))
#define GIVE(what) BPF_STMT(BPF_RET | BPF_K, what)

/* Begin: harm the call number `n` (0: none) of those at `site`, if one is given; with `reads`,
those that read count as well. 0, or what the kernel said. */
int shim_arm(const char **paths, int count, long n, int what, int number, int log, int nosync,
             int reads, const char *site) {
    struct sock_filter code[160];
    int size = 0;
    unsigned long after = (unsigned long)shim_after;
    folder_count = count;
    for (int each = 0; each < count; each++) strncpy(folders[each], paths[each], 4095);
    strncpy(wanted, site, sizeof wanted - 1);
    at = n, harm = what, error = number, record = log, skip_sync = nosync;
    struct sigaction action = {.sa_sigaction = on_call,
                               .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK | SA_RESTART};
    if (sigaction(SIGSYS, &action, NULL)) return errno;
#define PUT(...) code[size++] = (struct sock_filter)__VA_ARGS__
#define IS(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, yes, no)
    PUT(LOAD(arch));
    PUT(IS(ARCHITECTURE, 1, 0));
    PUT(GIVE(SECCOMP_RET_ALLOW));
    PUT(HALF(instruction_pointer, 0));
    PUT(IS((unsigned)after, 0, 3));
    PUT(HALF(instruction_pointer, 1));
    PUT(IS((unsigned)(after >> 32), 0, 1));
    PUT(GIVE(SECCOMP_RET_ALLOW));
    PUT(LOAD(nr));
    for (size_t each = 0; each < sizeof numbers / sizeof *numbers; each++) {
        PUT(IS((unsigned)numbers[each], 0, 1));
        PUT(GIVE(SECCOMP_RET_TRAP));
    }
    for (size_t each = 0; reads && each < sizeof readings / sizeof *readings; each++) {
        PUT(IS((unsigned)readings[each], 0, 1));
        PUT(GIVE(SECCOMP_RET_TRAP));
    }
    /* Of openings only those to write, if reading does not count. */
    unsigned writing = reads ? ~0u : O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
    PUT(IS(SYS_openat, 0, 4));
    PUT(HALF(args[2], 0));
    PUT(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, writing, 0, 1));
    PUT(GIVE(SECCOMP_RET_TRAP));
    PUT(GIVE(SECCOMP_RET_ALLOW));
#ifdef SYS_open
    PUT(IS(SYS_open, 0, 3));
    PUT(HALF(args[1], 0));
    PUT(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, writing, 0, 1));
    PUT(GIVE(SECCOMP_RET_TRAP));
#endif
    PUT(GIVE(SECCOMP_RET_ALLOW));
    struct sock_fprog program = {.len = (unsigned short)size, .filter = code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return errno;
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program)) return errno;
    return 0;
}

long shim_seen(void) { return atomic_load(&seen); }
int shim_sprung(void) { return atomic_load(&sprung); }
