// RUN: %driver_one
//
// Helpers, dispatch and completion routines in other files. Whatever is found is
// found in one unit as well.
//--- drv.h
#include "oracle_wdm.h"
/* helpers.c */
NTSTATUS HlpRegister(PDEVICE_EXTENSION Ext, PIRP Irp);
NTSTATUS HlpRegisterOut(PDEVICE_EXTENSION Ext, PIRP Irp, NTSTATUS *Out);
VOID HlpRegisterLost(PDEVICE_EXTENSION Ext, PIRP Irp);
NTSTATUS HlpSend(PDEVICE_EXTENSION Ext, PIRP Irp);
NTSTATUS HlpSendChain(PDEVICE_EXTENSION Ext, PIRP Irp, ULONG Depth);
NTSTATUS HlpComplete(PIRP Irp, NTSTATUS Status);
BOOLEAN HlpOk(NTSTATUS Status);
BOOLEAN HlpFailed(NTSTATUS Status, PIRP Irp);
VOID HlpDie(VOID);
VOID HlpDieFar(VOID);
VOID HlpRecover(PIRP Irp);
VOID HlpTrace(const char *Text, NTSTATUS Status);
PDEVICE_OBJECT HlpSelf(PDEVICE_EXTENSION Ext);
PDEVICE_OBJECT HlpLower(PDEVICE_EXTENSION Ext);
NTSTATUS HlpConst(VOID);
NTSTATUS HlpMaybeSend(PDEVICE_EXTENSION Ext, PIRP Irp, BOOLEAN Want);
VOID HlpStore(PDEVICE_EXTENSION Ext, PIRP Irp);
/* far.c */
NTSTATUS FarSend(PDEVICE_EXTENSION Ext, PIRP Irp, ULONG Depth);
VOID FarDie(VOID);
extern ULONG g_Mode;
/* entry.c sets these */
NTSTATUS DispRead(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS DispWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS DispPnp(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS DispPower(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS DispOther(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS KeepDone(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context);
NTSTATUS PassDone(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context);
//--- helpers.c
#include "drv.h"
static NTSTATUS CallDown(PDEVICE_EXTENSION Ext, PIRP Irp) { return IoCallDriver(Ext->Lower, Irp); }
NTSTATUS HlpRegister(PDEVICE_EXTENSION Ext, PIRP Irp) {
  return IoSetCompletionRoutineEx(Ext->Self, Irp, DrvDone, NULL, TRUE, TRUE, TRUE);
}
NTSTATUS HlpRegisterOut(PDEVICE_EXTENSION Ext, PIRP Irp, NTSTATUS *Out) {
  *Out = IoSetCompletionRoutineEx(Ext->Self, Irp, DrvDone, NULL, TRUE, TRUE, TRUE);
  return STATUS_SUCCESS;
}
VOID HlpRegisterLost(PDEVICE_EXTENSION Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, DrvDone, NULL, TRUE, TRUE, TRUE);
// finds: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// note: helpers.c:12: function ends here with the result unchecked
}
NTSTATUS HlpSend(PDEVICE_EXTENSION Ext, PIRP Irp) {
  return CallDown(Ext, Irp);
}
NTSTATUS HlpSendChain(PDEVICE_EXTENSION Ext, PIRP Irp, ULONG Depth) {
  if (Depth == 0)
    return CallDown(Ext, Irp);
  return FarSend(Ext, Irp, Depth - 1);
}
NTSTATUS HlpComplete(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}
BOOLEAN HlpOk(NTSTATUS Status) { return NT_SUCCESS(Status); }
BOOLEAN HlpFailed(NTSTATUS Status, PIRP Irp) {
  if (!NT_SUCCESS(Status)) {
    HlpComplete(Irp, Status);
    return TRUE;
  }
  return FALSE;
}
VOID HlpDie(VOID) { KeBugCheckEx(1, 0, 0, 0, 0); }
VOID HlpDieFar(VOID) { FarDie(); }
VOID HlpRecover(PIRP Irp) { IoSkipCurrentIrpStackLocation(Irp); }
VOID HlpTrace(const char *Text, NTSTATUS Status) { DbgPrint("%s %x", Text, Status); }
PDEVICE_OBJECT HlpSelf(PDEVICE_EXTENSION Ext) { return Ext->Self; }
PDEVICE_OBJECT HlpLower(PDEVICE_EXTENSION Ext) { return Ext->Lower; }
NTSTATUS HlpConst(VOID) { return STATUS_PENDING; }
NTSTATUS HlpMaybeSend(PDEVICE_EXTENSION Ext, PIRP Irp, BOOLEAN Want) {
  if (Want)
    return IoCallDriver(Ext->Lower, Irp);
  return STATUS_SUCCESS;
}
VOID HlpStore(PDEVICE_EXTENSION Ext, PIRP Irp) { Ext->Pending = Irp; }
//--- far.c
#include "drv.h"
ULONG g_Mode;
VOID FarDie(VOID) {
  for (;;)
    ;
}
NTSTATUS FarSend(PDEVICE_EXTENSION Ext, PIRP Irp, ULONG Depth) {
  return HlpSendChain(Ext, Irp, Depth);
}
NTSTATUS KeepDone(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  return STATUS_MORE_PROCESSING_REQUIRED;
}
NTSTATUS PassDone(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  return STATUS_SUCCESS;
}
static NTSTATUS Private(PIRP Irp) { IoCompleteRequest(Irp, 0); return STATUS_SUCCESS; }
NTSTATUS FarPrivate(PIRP Irp) { return Private(Irp); }
//--- entry.c
#include "drv.h"
VOID Set(PDRIVER_OBJECT D) {
  D->MajorFunction[0] = DispRead;
  D->MajorFunction[1] = DispWrite;
  D->MajorFunction[2] = DispPnp;
}
NTSTATUS DispPower(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PDEVICE_EXTENSION Ext = DeviceObject->DeviceExtension;
  return DispOther(DeviceObject, Irp);
}
//--- io.c
#include "drv.h"
NTSTATUS FarPrivate(PIRP Irp);
#define X PDEVICE_EXTENSION Ext, PIRP Irp
#define REG IoSetCompletionRoutineEx(Ext->Self, Irp, DrvDone, NULL, TRUE, TRUE, TRUE)
NTSTATUS f1(X) { HlpRegister(Ext, Irp); return IoCallDriver(Ext->Lower, Irp); }
// finds: result of 'HlpRegister' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// note: io.c:5: in the call to 'HlpRegister'
// note: helpers.c:4: completion routine is registered here
// note: io.c:5: IRP sent here
NTSTATUS f2(X) { NTSTATUS s = HlpRegister(Ext, Irp); if (!NT_SUCCESS(s)) return HlpComplete(Irp, s); return IoCallDriver(Ext->Lower, Irp); }
NTSTATUS f3(X) { NTSTATUS s = REG; return HlpSend(Ext, Irp); }
// finds: result of 'IoSetCompletionRoutineEx' is stored in 's' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// note: io.c:4: 'IoSetCompletionRoutineEx' is called in the macro 'REG' here
// note: io.c:7: in the call to 'HlpSend'
// note: helpers.c:14: in the call to 'CallDown'
// note: helpers.c:2: IRP sent here
NTSTATUS f4(X) { NTSTATUS s = REG; if (!HlpOk(s)) return HlpComplete(Irp, s); return HlpSend(Ext, Irp); }
NTSTATUS f5(X) { NTSTATUS s = REG; if (HlpOk(s)) return s; return HlpSend(Ext, Irp); }
// finds: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
// note: io.c:4: 'IoSetCompletionRoutineEx' is called in the macro 'REG' here
// note: io.c:9: 'HlpOk(s)' is true here
// note: io.c:9: function returns here with the IRP not sent
// finds: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
// note: io.c:4: 'IoSetCompletionRoutineEx' is called in the macro 'REG' here
// note: io.c:9: 'HlpOk(s)' is false here
// note: io.c:9: in the call to 'HlpSend'
// note: helpers.c:14: in the call to 'CallDown'
// note: helpers.c:2: IRP sent here
NTSTATUS f6(X) { NTSTATUS s = REG; if (HlpFailed(s, Irp)) return s; return HlpSend(Ext, Irp); }
NTSTATUS f7(X) { NTSTATUS s = REG; if (!NT_SUCCESS(s)) HlpDie(); return HlpSend(Ext, Irp); }
NTSTATUS f8(X) { NTSTATUS s = REG; if (!NT_SUCCESS(s)) HlpDieFar(); return HlpSend(Ext, Irp); }
NTSTATUS f9(X) { NTSTATUS s = REG; if (!NT_SUCCESS(s)) HlpRecover(Irp); return HlpSend(Ext, Irp); }
NTSTATUS f10(X) { NTSTATUS s = REG; HlpTrace("x", s); return HlpSend(Ext, Irp); }
// finds: result of 'IoSetCompletionRoutineEx' is stored in 's' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// note: io.c:4: 'IoSetCompletionRoutineEx' is called in the macro 'REG' here
// note: io.c:14: in the call to 'HlpSend'
// note: helpers.c:14: in the call to 'CallDown'
// note: helpers.c:2: IRP sent here
NTSTATUS f11(X) { NTSTATUS s = REG; if (!NT_SUCCESS(s)) { HlpTrace("x", s); } return HlpSend(Ext, Irp); }
// finds: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
// note: io.c:4: 'IoSetCompletionRoutineEx' is called in the macro 'REG' here
// note: io.c:15: 'NT_SUCCESS(s)' is false here
// note: io.c:15: in the call to 'HlpSend'
// note: helpers.c:14: in the call to 'CallDown'
// note: helpers.c:2: IRP sent here
NTSTATUS f12(X) { NTSTATUS s = IoSetCompletionRoutineEx(HlpLower(Ext), Irp, DrvDone, NULL, TRUE, TRUE, TRUE); if (!NT_SUCCESS(s)) return s; return IoCallDriver(Ext->Lower, Irp); }
// finds: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
// note: io.c:16: 'NT_SUCCESS(s)' is true here
// note: io.c:16: IRP sent to the same device object here
NTSTATUS f13(X) { NTSTATUS s = IoSetCompletionRoutineEx(HlpSelf(Ext), Irp, DrvDone, NULL, TRUE, TRUE, TRUE); if (!NT_SUCCESS(s)) return s; return IoCallDriver(HlpLower(Ext), Irp); }
NTSTATUS f14(X) { NTSTATUS s, o; s = HlpRegisterOut(Ext, Irp, &o); if (!NT_SUCCESS(s)) return s; return HlpSend(Ext, Irp); }
// finds: result of 'HlpRegisterOut' is stored in 'o' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// note: io.c:18: in the call to 'HlpRegisterOut'
// note: helpers.c:7: completion routine is registered here
// note: io.c:18: 'NT_SUCCESS(s)' is true here
// note: io.c:18: in the call to 'HlpSend'
// note: helpers.c:14: in the call to 'CallDown'
// note: helpers.c:2: IRP sent here
NTSTATUS f15(X) { NTSTATUS s, o; s = HlpRegisterOut(Ext, Irp, &o); if (!NT_SUCCESS(o)) return o; return HlpSend(Ext, Irp); }
NTSTATUS f16(X) { HlpRegisterLost(Ext, Irp); return HlpSend(Ext, Irp); }
NTSTATUS f17(X) { NTSTATUS s = REG; if (!NT_SUCCESS(s)) return s; HlpSendChain(Ext, Irp, 2); return STATUS_SUCCESS; }
NTSTATUS f18(X) { NTSTATUS s = REG; return HlpSendChain(Ext, Irp, 2); }
// finds: result of 'IoSetCompletionRoutineEx' is stored in 's' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// note: io.c:4: 'IoSetCompletionRoutineEx' is called in the macro 'REG' here
// note: io.c:22: in the call to 'HlpSendChain'
// note: helpers.c:17: 'Depth == 0' is false here
// note: helpers.c:19: in the call to 'FarSend'
// note: far.c:8: in the call to 'HlpSendChain'
// note: helpers.c:17: 'Depth == 0' is false here
// note: helpers.c:19: in the call to 'FarSend'
// note: far.c:8: in the call to 'HlpSendChain'
// note: helpers.c:17: 'Depth == 0' is true here
// note: helpers.c:18: in the call to 'CallDown'
// note: helpers.c:2: IRP sent here
NTSTATUS f19(X) { NTSTATUS s = REG; if (!NT_SUCCESS(s)) return s; return HlpMaybeSend(Ext, Irp, FALSE); }
// finds: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
// note: io.c:4: 'IoSetCompletionRoutineEx' is called in the macro 'REG' here
// note: io.c:23: 'NT_SUCCESS(s)' is true here
// note: io.c:23: function returns here with the IRP not sent
NTSTATUS f20(X) { NTSTATUS s = REG; if (!NT_SUCCESS(s)) return s; return HlpMaybeSend(Ext, Irp, TRUE); }
NTSTATUS f21(X) { NTSTATUS s = REG; if (!NT_SUCCESS(s)) return s; return HlpComplete(Irp, STATUS_SUCCESS); }
// finds: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
// note: io.c:4: 'IoSetCompletionRoutineEx' is called in the macro 'REG' here
// note: io.c:25: 'NT_SUCCESS(s)' is true here
// note: io.c:25: in the call to 'HlpComplete'
// note: helpers.c:23: IRP completed here without being sent
NTSTATUS f22(X) { NTSTATUS s = REG; if (!NT_SUCCESS(s)) return s; HlpStore(Ext, Irp); return STATUS_SUCCESS; }
NTSTATUS f23(X) { HlpComplete(Irp, 0); IoCompleteRequest(Irp, 0); return 0; }
// finds: IRP is completed here although it was completed at helpers.c:23 [wdm-irp-used-after-completion]
// note: io.c:27: in the call to 'HlpComplete'
// note: helpers.c:23: IRP completed here
NTSTATUS f24(X) { HlpComplete(Irp, 0); return Irp->IoStatus.Status; }
// finds: IRP is read here although it was completed at helpers.c:23 [wdm-irp-used-after-completion]
// note: io.c:28: in the call to 'HlpComplete'
// note: helpers.c:23: IRP completed here
NTSTATUS f25(X) { FarPrivate(Irp); return Irp->IoStatus.Status; }
// finds: IRP is read here although it was completed at far.c:16 [wdm-irp-used-after-completion]
// note: io.c:29: in the call to 'FarPrivate'
// note: far.c:17: in the call to 'Private'
// note: far.c:16: IRP completed here
NTSTATUS f26(X) { if (g_Mode == 1) { HlpComplete(Irp, 0); } if (g_Mode != 1) IoCompleteRequest(Irp, 0); return 0; }
NTSTATUS f27(X) { IoSetCompletionRoutine(Irp, KeepDone, 0, TRUE, TRUE, TRUE); IoCallDriver(Ext->Lower, Irp); IoCompleteRequest(Irp, 0); return 0; }
// finds: IRP is completed here although it was sent at line 31 and may still be pending; wait for it first [wdm-irp-used-after-completion]
// note: io.c:31: IRP sent here
NTSTATUS f28(X) { IoSetCompletionRoutine(Irp, PassDone, 0, TRUE, TRUE, TRUE); IoCallDriver(Ext->Lower, Irp); IoCompleteRequest(Irp, 0); return 0; }
// finds: IRP is completed here although it was sent at line 32 [wdm-irp-used-after-completion]
// note: io.c:32: IRP sent here
//--- disp.c
#include "drv.h"
#define REG IoSetCompletionRoutineEx(Ext->Self, Irp, DrvDone, NULL, TRUE, TRUE, TRUE)
NTSTATUS DispRead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PDEVICE_EXTENSION Ext = DeviceObject->DeviceExtension;
  NTSTATUS s = REG;
// finds: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
// note: disp.c:2: 'IoSetCompletionRoutineEx' is called in the macro 'REG' here
// note: disp.c:6: 'NT_SUCCESS(s)' is false here
// note: disp.c:7: function returns here with the IRP not completed
  if (!NT_SUCCESS(s))
    return s;
  return HlpSend(Ext, Irp);
}
NTSTATUS DispWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoMarkIrpPending(Irp);
  HlpStore(DeviceObject->DeviceExtension, Irp);
  return HlpConst();
}
NTSTATUS DispPnp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  if (g_Mode == 3)
    return STATUS_UNSUCCESSFUL;
// finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
// note: disp.c:16: 'g_Mode == 3' is true here
  HlpComplete(Irp, STATUS_SUCCESS);
  return STATUS_UNSUCCESSFUL;
// finds: dispatch routine returns 'STATUS_UNSUCCESSFUL', but the IRP was completed with another status at helpers.c:23 [wdm-irp-not-completed]
// note: disp.c:16: 'g_Mode == 3' is false here
// note: disp.c:18: in the call to 'HlpComplete'
// note: helpers.c:23: IRP completed here
}
DRIVER_DISPATCH DispOther;
NTSTATUS DispOther(PDEVICE_OBJECT DeviceObject, PIRP Irp) {

  return STATUS_UNSUCCESSFUL;
}
