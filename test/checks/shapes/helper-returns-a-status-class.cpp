// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A status class that a helper returns.
#include "driver.h"
struct NtStatus { NTSTATUS v; constexpr NtStatus(NTSTATUS x) : v(x) {} constexpr bool operator!() const { return v < 0; } operator NTSTATUS() const { return v; } };
static NtStatus RegNt(PEXT e, PIRP i) { return IoSetCompletionRoutineEx(e->Self, i, Done, e, TRUE, TRUE, TRUE); }
NTSTATUS H11(PEXT e, PIRP i) { if (!RegNt(e, i)) return 1; return IoCallDriver(e->Lower, i); }
NTSTATUS H12(PEXT e, PIRP i) { NtStatus s = RegNt(e, i); if (!NT_SUCCESS(s)) return s; return IoCallDriver(e->Lower, i); }
