// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A status for each IRP of an array, tested in a loop of its own.
#include "driver.h"
NTSTATUS SendAll(PEXT Ext) {
  ULONG i;
  NTSTATUS s[8];
  for (i = 0; i < 8; i++)
    s[i] = IoSetCompletionRoutineEx(Ext->Self, Ext->Irps[i], Done, Ext, TRUE, TRUE, TRUE);
  for (i = 0; i < 8; i++)
    if (NT_SUCCESS(s[i]))
      IoCallDriver(Ext->Lower, Ext->Irps[i]);
  return STATUS_SUCCESS;
}
