// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Many flags and registrations: an answer, or silence, in time.
#include "driver.h"
#define REG(e,i) IoSetCompletionRoutineEx((e)->Self, (i), Done, (e), TRUE, TRUE, TRUE)
NTSTATUS P(PEXT e,PIRP i,ULONG p){ NTSTATUS s=0; ULONG f=0;
PIRP i0=IoAllocateIrp(2,0),i1=IoAllocateIrp(2,0),i2=IoAllocateIrp(2,0),i3=IoAllocateIrp(2,0),i4=IoAllocateIrp(2,0),i5=IoAllocateIrp(2,0),i6=IoAllocateIrp(2,0),i7=IoAllocateIrp(2,0);
if (NT_SUCCESS(REG(e,i0))) f|=1u;
if (NT_SUCCESS(REG(e,i1))) f|=2u;
if (NT_SUCCESS(REG(e,i2))) f|=4u;
if (NT_SUCCESS(REG(e,i3))) f|=8u;
if (NT_SUCCESS(REG(e,i4))) f|=16u;
if (NT_SUCCESS(REG(e,i5))) f|=32u;
if (NT_SUCCESS(REG(e,i6))) f|=64u;
if (NT_SUCCESS(REG(e,i7))) f|=128u;
if (f & 1u) IoCallDriver(e->Lower,i0); else IoFreeIrp(i0);
if (f & 2u) IoCallDriver(e->Lower,i1); else IoFreeIrp(i1);
if (f & 4u) IoCallDriver(e->Lower,i2); else IoFreeIrp(i2);
if (f & 8u) IoCallDriver(e->Lower,i3); else IoFreeIrp(i3);
if (f & 16u) IoCallDriver(e->Lower,i4); else IoFreeIrp(i4);
if (f & 32u) IoCallDriver(e->Lower,i5); else IoFreeIrp(i5);
if (f & 64u) IoCallDriver(e->Lower,i6); else IoFreeIrp(i6);
if (f & 128u) IoCallDriver(e->Lower,i7); else IoFreeIrp(i7);
return s;}
