#pragma once

/// Signals that ask a process to stop become numbers to ask for: from the return of `stops_take` on none is lost, however
/// soon it comes. Handlers of this process are global by nature; all state is in stops.c.

/// Takes `count` (at most 8) signals, forgetting all that came before.
/// Returns a descriptor, closed by the caller, from which one byte can be read for each signal that comes; -1 where the
/// system has none left, and the signals count all the same.
int stops_take(const int *signals, int count);

/// From now on the signals that were taken are ignored, and no more bytes come.
void stops_ignore(void);

/// The first signal that came, 0 for none.
int stops_first(void);

/// How many SIGINTs came.
int stops_interrupts(void);
