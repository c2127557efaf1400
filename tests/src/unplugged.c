/* Card readers that leave a running service: the client's side of pcsc-lite, before which some readers are hidden. pcscd
 * itself lets no virtual reader go while it runs.
 *
 * TIKKA_TEST_UNPLUGGED names a file with a line for each reader that is pulled off: how many commands still reach its
 * card, what every later call answers (hexadecimal), and the reader's name. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define READERS_MAX 8
static struct {
    long left;
    unsigned long answer;
    char name[128];
} pulled[READERS_MAX];
static int count;

static struct {
    SCARDHANDLE handle;
    char reader[128];
} connected[64];
static int next;

static void read_file(void) {
    const char *path = getenv("TIKKA_TEST_UNPLUGGED");
    FILE *file = path ? fopen(path, "r") : NULL;
    count = 0;
    if (!file) return;
    while (count < READERS_MAX && fscanf(file, "%ld %lx %127[^\n]", &pulled[count].left, &pulled[count].answer,
                                         pulled[count].name) == 3)
        count++;
    fclose(file);
}

static void write_file(void) {
    FILE *file = fopen(getenv("TIKKA_TEST_UNPLUGGED"), "w");
    if (!file) return;
    for (int n = 0; n < count; n++) fprintf(file, "%ld %lx %s\n", pulled[n].left, pulled[n].answer, pulled[n].name);
    fclose(file);
}

static int find(const char *reader) {
    read_file();
    for (int n = 0; n < count; n++)
        if (!strcmp(pulled[n].name, reader)) return n;
    return -1;
}

static int is_gone(const char *reader) {
    int n = find(reader);
    return n >= 0 && pulled[n].left == 0;
}

static const char *reader_of(SCARDHANDLE handle) {
    for (int n = 0; n < 64; n++)
        if (connected[n].handle == handle) return connected[n].reader;
    return "";
}

/* What a call on a card answers when its reader is gone; otherwise 0. */
static LONG answer(SCARDHANDLE handle, int is_command) {
    int n = find(reader_of(handle));
    if (n < 0) return 0;
    if (pulled[n].left == 0) return (LONG)pulled[n].answer;
    if (is_command) {
        pulled[n].left--;
        write_file();
    }
    return 0;
}

LONG SCardListReaders(SCARDCONTEXT context, LPCSTR groups, LPSTR readers, LPDWORD bytes) {
    LONG told = REAL(SCardListReaders)(context, groups, readers, bytes);
    if (told != SCARD_S_SUCCESS || !readers) return told;
    char *to = readers;
    for (char *from = readers; *from;) {
        size_t length = strlen(from) + 1;
        if (!is_gone(from)) {
            memmove(to, from, length);
            to += length;
        }
        from += length;
    }
    *to++ = 0;
    *bytes = (DWORD)(to - readers);
    return to - readers > 1 ? told : SCARD_E_NO_READERS_AVAILABLE;
}

LONG SCardGetStatusChange(SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATE *states, DWORD n) {
    for (DWORD at = 0; at < n; at++)
        if (is_gone(states[at].szReader)) return SCARD_E_UNKNOWN_READER;
    return REAL(SCardGetStatusChange)(context, timeout, states, n);
}

LONG SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols, LPSCARDHANDLE handle,
                  LPDWORD protocol) {
    if (is_gone(reader)) return SCARD_E_UNKNOWN_READER;
    LONG told = REAL(SCardConnect)(context, reader, share, protocols, handle, protocol);
    if (told == SCARD_S_SUCCESS) {
        connected[next].handle = *handle;
        snprintf(connected[next].reader, sizeof connected[next].reader, "%s", reader);
        next = (next + 1) % 64;
    }
    return told;
}

LONG SCardBeginTransaction(SCARDHANDLE handle) {
    LONG gone = answer(handle, 0);
    return gone ? gone : REAL(SCardBeginTransaction)(handle);
}

LONG SCardTransmit(SCARDHANDLE handle, const SCARD_IO_REQUEST *header, LPCBYTE command, DWORD bytes,
                   SCARD_IO_REQUEST *answered, LPBYTE buffer, LPDWORD room) {
    LONG gone = answer(handle, 1);
    return gone ? gone : REAL(SCardTransmit)(handle, header, command, bytes, answered, buffer, room);
}

LONG SCardDisconnect(SCARDHANDLE handle, DWORD disposition) {
    LONG gone = answer(handle, 0);
    LONG told = REAL(SCardDisconnect)(handle, disposition);
    return gone ? gone : told;
}
