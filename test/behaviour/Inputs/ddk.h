/* The headers of MinGW-w64 instead of the tests' own, for drivers that need them; included before
 * anything else. What is inline there and would need a real kernel goes to the fake one. */
#ifndef TEST_BEHAVIOUR_DDK_H
#define TEST_BEHAVIOUR_DDK_H

#include <ntddk.h>

#define SIGNALLED(Event) ((Event)->Header.SignalState)
#define SYNCHRONIZES(Event) ((Event)->Header.Type == SynchronizationEvent)
#define SET_TYPE(Event, Kind) ((Event)->Header.Type = (UCHAR)(Kind))
#define REMOVED(Lock) ((Lock)->Common.Removed)

#ifdef __cplusplus
extern "C" {
#endif
PVOID FakeAllocateFromList(PVOID Lookaside);
VOID FakeFreeToList(PVOID Lookaside, PVOID Entry);
#ifdef __cplusplus
}
#endif
#define ExAllocateFromNPagedLookasideList(List) FakeAllocateFromList(List)
#define ExFreeToNPagedLookasideList(List, Entry) FakeFreeToList((List), (Entry))

#endif
