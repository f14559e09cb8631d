// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Long loops before the registration: bounded work.
#include "driver.h"
typedef struct { PIRP Irp; ULONG start, length; PVOID buf; IO_STATUS_BLOCK iosb; } STRIPE;
typedef struct { KEVENT Event; LONG left; STRIPE *stripes; } CONTEXT;
typedef struct { PDEVICE_OBJECT devobj; PFILE_OBJECT fileobj; } DEV;
typedef struct { ULONG num, len; DEV **devices; } CHUNK;
VOID GetOff(ULONG a, ULONG b, ULONG *c, ULONG *d);

NTSTATUS Scrub(PEXT Vcb, CHUNK *c, ULONG type, ULONG offset, ULONG size) {
  ULONG i, startoff, endoff, so, eo; NTSTATUS Status = 0; CONTEXT context;
  context.stripes = ExAllocatePoolWithTag(NonPagedPool, sizeof(STRIPE) * c->num, 'x');
  if (!context.stripes) { DbgPrint("oom"); Status = STATUS_INSUFFICIENT_RESOURCES; goto end; }
  context.left = 0;
  if (type == 0) {
    GetOff(offset, c->len, &startoff, &so); GetOff(offset + size, c->len, &endoff, &eo);
    for (i = 0; i < c->num; i++) {
      if (so > i) context.stripes[i].start = startoff - (startoff % c->len) + c->len;
      else if (so == i) context.stripes[i].start = startoff;
      else context.stripes[i].start = startoff - (startoff % c->len);
      if (eo > i) context.stripes[i].length = endoff - (endoff % c->len) + c->len - context.stripes[i].start;
      else if (eo == i) context.stripes[i].length = endoff + 1 - context.stripes[i].start;
      else context.stripes[i].length = endoff - context.stripes[i].start;
    }
  }
  else if (type == 1) {
    GetOff(offset, c->len, &startoff, &so); GetOff(offset + size, c->len, &endoff, &eo);
    for (i = 0; i < c->num; i++) {
      if (so > i) context.stripes[i].start = startoff - (startoff % c->len) + c->len;
      else if (so == i) context.stripes[i].start = startoff;
      else context.stripes[i].start = startoff - (startoff % c->len);
      if (eo > i) context.stripes[i].length = endoff - (endoff % c->len) + c->len - context.stripes[i].start;
      else if (eo == i) context.stripes[i].length = endoff + 1 - context.stripes[i].start;
      else context.stripes[i].length = endoff - context.stripes[i].start;
    }
  }
  else if (type == 2) {
    GetOff(offset, c->len, &startoff, &so); GetOff(offset + size, c->len, &endoff, &eo);
    for (i = 0; i < c->num; i++) {
      if (so > i) context.stripes[i].start = startoff - (startoff % c->len) + c->len;
      else if (so == i) context.stripes[i].start = startoff;
      else context.stripes[i].start = startoff - (startoff % c->len);
      if (eo > i) context.stripes[i].length = endoff - (endoff % c->len) + c->len - context.stripes[i].start;
      else if (eo == i) context.stripes[i].length = endoff + 1 - context.stripes[i].start;
      else context.stripes[i].length = endoff - context.stripes[i].start;
    }
  }
  else if (type == 3) {
    GetOff(offset, c->len, &startoff, &so); GetOff(offset + size, c->len, &endoff, &eo);
    for (i = 0; i < c->num; i++) {
      if (so > i) context.stripes[i].start = startoff - (startoff % c->len) + c->len;
      else if (so == i) context.stripes[i].start = startoff;
      else context.stripes[i].start = startoff - (startoff % c->len);
      if (eo > i) context.stripes[i].length = endoff - (endoff % c->len) + c->len - context.stripes[i].start;
      else if (eo == i) context.stripes[i].length = endoff + 1 - context.stripes[i].start;
      else context.stripes[i].length = endoff - context.stripes[i].start;
    }
  }
  else if (type == 4) {
    GetOff(offset, c->len, &startoff, &so); GetOff(offset + size, c->len, &endoff, &eo);
    for (i = 0; i < c->num; i++) {
      if (so > i) context.stripes[i].start = startoff - (startoff % c->len) + c->len;
      else if (so == i) context.stripes[i].start = startoff;
      else context.stripes[i].start = startoff - (startoff % c->len);
      if (eo > i) context.stripes[i].length = endoff - (endoff % c->len) + c->len - context.stripes[i].start;
      else if (eo == i) context.stripes[i].length = endoff + 1 - context.stripes[i].start;
      else context.stripes[i].length = endoff - context.stripes[i].start;
    }
  }
  else if (type == 5) {
    GetOff(offset, c->len, &startoff, &so); GetOff(offset + size, c->len, &endoff, &eo);
    for (i = 0; i < c->num; i++) {
      if (so > i) context.stripes[i].start = startoff - (startoff % c->len) + c->len;
      else if (so == i) context.stripes[i].start = startoff;
      else context.stripes[i].start = startoff - (startoff % c->len);
      if (eo > i) context.stripes[i].length = endoff - (endoff % c->len) + c->len - context.stripes[i].start;
      else if (eo == i) context.stripes[i].length = endoff + 1 - context.stripes[i].start;
      else context.stripes[i].length = endoff - context.stripes[i].start;
    }
  }
  else if (type == 6) {
    GetOff(offset, c->len, &startoff, &so); GetOff(offset + size, c->len, &endoff, &eo);
    for (i = 0; i < c->num; i++) {
      if (so > i) context.stripes[i].start = startoff - (startoff % c->len) + c->len;
      else if (so == i) context.stripes[i].start = startoff;
      else context.stripes[i].start = startoff - (startoff % c->len);
      if (eo > i) context.stripes[i].length = endoff - (endoff % c->len) + c->len - context.stripes[i].start;
      else if (eo == i) context.stripes[i].length = endoff + 1 - context.stripes[i].start;
      else context.stripes[i].length = endoff - context.stripes[i].start;
    }
  }
  else if (type == 7) {
    GetOff(offset, c->len, &startoff, &so); GetOff(offset + size, c->len, &endoff, &eo);
    for (i = 0; i < c->num; i++) {
      if (so > i) context.stripes[i].start = startoff - (startoff % c->len) + c->len;
      else if (so == i) context.stripes[i].start = startoff;
      else context.stripes[i].start = startoff - (startoff % c->len);
      if (eo > i) context.stripes[i].length = endoff - (endoff % c->len) + c->len - context.stripes[i].start;
      else if (eo == i) context.stripes[i].length = endoff + 1 - context.stripes[i].start;
      else context.stripes[i].length = endoff - context.stripes[i].start;
    }
  }
  for (i = 0; i < c->num; i++) {
    PIO_STACK_LOCATION IrpSp;
    if (c->devices[i]->fileobj && context.stripes[i].start > 0) { context.stripes[i].buf = ExAllocatePoolWithTag(NonPagedPool, context.stripes[i].length, 'x');
      if (!context.stripes[i].buf) { DbgPrint("oom"); Status = STATUS_INSUFFICIENT_RESOURCES; goto end; } }
    if (c->devices[i]->fileobj && context.stripes[i].start > 1) { context.stripes[i].buf = ExAllocatePoolWithTag(NonPagedPool, context.stripes[i].length, 'x');
      if (!context.stripes[i].buf) { DbgPrint("oom"); Status = STATUS_INSUFFICIENT_RESOURCES; goto end; } }
    if (c->devices[i]->fileobj && context.stripes[i].start > 2) { context.stripes[i].buf = ExAllocatePoolWithTag(NonPagedPool, context.stripes[i].length, 'x');
      if (!context.stripes[i].buf) { DbgPrint("oom"); Status = STATUS_INSUFFICIENT_RESOURCES; goto end; } }
    if (c->devices[i]->fileobj && context.stripes[i].start > 3) { context.stripes[i].buf = ExAllocatePoolWithTag(NonPagedPool, context.stripes[i].length, 'x');
      if (!context.stripes[i].buf) { DbgPrint("oom"); Status = STATUS_INSUFFICIENT_RESOURCES; goto end; } }
    if (c->devices[i]->fileobj && context.stripes[i].start > 4) { context.stripes[i].buf = ExAllocatePoolWithTag(NonPagedPool, context.stripes[i].length, 'x');
      if (!context.stripes[i].buf) { DbgPrint("oom"); Status = STATUS_INSUFFICIENT_RESOURCES; goto end; } }
    if (c->devices[i]->fileobj && context.stripes[i].start > 5) { context.stripes[i].buf = ExAllocatePoolWithTag(NonPagedPool, context.stripes[i].length, 'x');
      if (!context.stripes[i].buf) { DbgPrint("oom"); Status = STATUS_INSUFFICIENT_RESOURCES; goto end; } }
    if (c->devices[i]->fileobj && context.stripes[i].start > 6) { context.stripes[i].buf = ExAllocatePoolWithTag(NonPagedPool, context.stripes[i].length, 'x');
      if (!context.stripes[i].buf) { DbgPrint("oom"); Status = STATUS_INSUFFICIENT_RESOURCES; goto end; } }
    if (c->devices[i]->fileobj && context.stripes[i].start > 7) { context.stripes[i].buf = ExAllocatePoolWithTag(NonPagedPool, context.stripes[i].length, 'x');
      if (!context.stripes[i].buf) { DbgPrint("oom"); Status = STATUS_INSUFFICIENT_RESOURCES; goto end; } }
    if (c->devices[i]->fileobj && context.stripes[i].start > 8) { context.stripes[i].buf = ExAllocatePoolWithTag(NonPagedPool, context.stripes[i].length, 'x');
      if (!context.stripes[i].buf) { DbgPrint("oom"); Status = STATUS_INSUFFICIENT_RESOURCES; goto end; } }
    if (c->devices[i]->fileobj && context.stripes[i].start > 9) { context.stripes[i].buf = ExAllocatePoolWithTag(NonPagedPool, context.stripes[i].length, 'x');
      if (!context.stripes[i].buf) { DbgPrint("oom"); Status = STATUS_INSUFFICIENT_RESOURCES; goto end; } }
    context.stripes[i].Irp = IoAllocateIrp(c->devices[i]->devobj->StackSize, FALSE);
    if (!context.stripes[i].Irp) { Status = STATUS_INSUFFICIENT_RESOURCES; goto end; }
    IrpSp = IoGetNextIrpStackLocation(context.stripes[i].Irp);
    IrpSp->MajorFunction = IRP_MJ_READ;
    IrpSp->Parameters.Read.Length = context.stripes[i].length;
    context.stripes[i].Irp->UserIosb = &context.stripes[i].iosb;
    IoSetCompletionRoutineEx(Vcb->Self, context.stripes[i].Irp, Done, &context.stripes[i], TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    context.left++;
  }
  KeInitializeEvent(&context.Event, NotificationEvent, FALSE);
  for (i = 0; i < c->num; i++)
    if (c->devices[i]->devobj && context.stripes[i].length > 0) IoCallDriver(c->devices[i]->devobj, context.stripes[i].Irp);
  KeWaitForSingleObject(&context.Event, Executive, KernelMode, FALSE, NULL);
  for (i = 0; i < c->num; i++) if (!NT_SUCCESS(context.stripes[i].iosb.Status)) { Status = context.stripes[i].iosb.Status; goto end; }

end:
  if (context.stripes) {
    for (i = 0; i < c->num; i++) { if (context.stripes[i].Irp) { if (context.stripes[i].Irp->MdlAddress) Work(Vcb); IoFreeIrp(context.stripes[i].Irp); } if (context.stripes[i].buf) ExFreePool(context.stripes[i].buf); }
    ExFreePool(context.stripes);
  }
  return Status;
}
