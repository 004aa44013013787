#pragma once

/// Fatal signals (SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT) leave a trace before they end the process. Handlers of this
/// process are global by nature; all state is in faults.c.

/// Installs the handlers. Whatever handled these signals before still does, afterwards. Safe to call again.
///
/// A fault in the memory map of a file called `data.mdb` prints one line and leaves with status 5: somebody else has
/// damaged or cut off a store that is in use. Everything else ends the process as it always did.
void faults_install(void);

/// From now on a fatal signal writes `text`, `pid`, `signal` and the time into the file at `path` (made or replaced,
/// synced): one line `TEXT pid=N signal=N at=NANOSECONDS`, since 1970. NULL: no longer. Both are copied; longer ones than 4096 and 256 bytes are ignored.
/// May be called at any time by one thread.
void faults_mark(const char *path, const char *text);
