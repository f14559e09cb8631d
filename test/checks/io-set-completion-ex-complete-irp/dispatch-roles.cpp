// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -std=c++17,c++20
//
// The ways in which a routine comes into MajorFunction[], and so gets the role.
// (The twins look the same and do not come there.)
#include "driver.h"

typedef NTSTATUS NTAPI DRIVER_DISPATCH_PAGED(PDEVICE_OBJECT, PIRP);
extern "C" void *memcpy(void *To, const void *From, SIZE_T Length);
#define _Dispatch_type_(x)
#define _Function_class_(x)

#define BODY                                                                                       \
  {                                                                                                \
    PEXT ext = (PEXT)Dev->DeviceExtension;                                                         \
    NTSTATUS status = IoSetCompletionRoutineEx(Dev, Irp, Done, ext, TRUE, TRUE, TRUE);             \
    if (!NT_SUCCESS(status))                                                                       \
      return status;                                                                               \
    return IoCallDriver(ext->Lower, Irp);                                                          \
  }

// --- Declared ---

extern "C" {
_Dispatch_type_(IRP_MJ_READ) static DRIVER_DISPATCH_PAGED Paged;
static DRIVER_DISPATCH Plain;
}
NTSTATUS Paged(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:46: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
NTSTATUS Plain(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:46: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]

_Function_class_(DRIVER_DISPATCH)
NTSTATUS Annotated(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:50: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
_Dispatch_type_(IRP_MJ_WRITE) NTSTATUS AnnotatedByType(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:86: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
_Function_class_(OTHER_ROLE)
NTSTATUS AnnotatedAsSomethingElse(PDEVICE_OBJECT Dev, PIRP Irp) BODY

// --- Stored ---

static NTSTATUS InLoop(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:54: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS ByCast(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:54: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS ByReference(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:59: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS ByPointer(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:57: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS ByArithmetic(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:60: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS InTable(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:55: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS InTableOther(PDEVICE_OBJECT Dev, PIRP Irp) BODY
static NTSTATUS InPlainTable(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:60: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS Copied(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:54: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS ByVariable(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:58: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS ByAssignedVariable(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:66: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS ByConditional(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:61: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS ByParameter(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:59: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS ByTableParameter(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:64: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS ByResult(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:56: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS ByField(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:55: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS ByRange(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:55: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
static NTSTATUS ByMember(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:56: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
struct Driver {
  static NTSTATUS Method(PDEVICE_OBJECT Dev, PIRP Irp) BODY
// CHECK-MESSAGES: :[[@LINE-1]]:56: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  static NTSTATUS NotStored(PDEVICE_OBJECT Dev, PIRP Irp) BODY
};

static const struct {
  UCHAR Major;
  PDRIVER_DISPATCH Other;
  PDRIVER_DISPATCH Fn;
} Table[] = {{IRP_MJ_READ, InTableOther, InTable}};
static PDRIVER_DISPATCH const PlainTable[] = {InPlainTable, nullptr};
static PDRIVER_DISPATCH Ready[IRP_MJ_MAXIMUM_FUNCTION + 1] = {Copied};

static void Hook(PDRIVER_OBJECT D, UCHAR Major, PDRIVER_DISPATCH Fn) { D->MajorFunction[Major] = Fn; }
static void Fill(PDRIVER_DISPATCH *Entries, ULONG Count, PDRIVER_DISPATCH Fn) {
  for (ULONG i = 0; i != Count; ++i)
    Entries[i] = Fn;
}
static PDRIVER_DISPATCH Choose(bool Alt) {
  if (Alt)
    return ByResult;
  return nullptr;
}
struct Settings {
  PDRIVER_DISPATCH Routine;
  PDRIVER_DISPATCH Unused;
};
class Owner {
public:
  Owner() : routine(ByMember) {}
  void install(PDRIVER_OBJECT D) { D->MajorFunction[0x09] = routine; }

private:
  PDRIVER_DISPATCH routine;
};

static void SetUp(PDRIVER_OBJECT D, bool Alt) {
  for (ULONG i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; ++i)
    D->MajorFunction[i] = InLoop;
  D->MajorFunction[IRP_MJ_PNP] = (PDRIVER_DISPATCH)ByCast;
  auto &mf = D->MajorFunction;
  mf[IRP_MJ_POWER] = ByReference;
  PDRIVER_DISPATCH *table = D->MajorFunction;
  table[IRP_MJ_CREATE] = &ByPointer;
  *(table + IRP_MJ_CLOSE) = ByArithmetic;
  for (auto &t : Table)
    D->MajorFunction[t.Major] = t.Fn;
  for (ULONG i = 0; PlainTable[i]; ++i)
    D->MajorFunction[i] = PlainTable[i];
  memcpy(D->MajorFunction, Ready, sizeof(Ready));
  PDRIVER_DISPATCH fn = ByVariable;
  D->MajorFunction[IRP_MJ_CREATE] = fn;
  PDRIVER_DISPATCH later;
  later = ByAssignedVariable;
  D->MajorFunction[0x12] = later;
  D->MajorFunction[IRP_MJ_CLOSE] = Alt ? ByConditional : InLoop;
  Hook(D, 0x17, ByParameter);
  Fill(D->MajorFunction, 3, ByTableParameter);
  D->MajorFunction[0x10] = Choose(Alt);
  Settings settings;
  settings.Routine = ByField;
  D->MajorFunction[IRP_MJ_READ] = settings.Routine;
  for (auto &entry : D->MajorFunction)
    entry = ByRange;
  Owner().install(D);
  D->MajorFunction[IRP_MJ_WRITE] = Driver::Method;
  D->MajorFunction[0x0e] = [](PDEVICE_OBJECT Dev, PIRP Irp) -> NTSTATUS {
    PEXT ext = (PEXT)Dev->DeviceExtension;
    NTSTATUS status = IoSetCompletionRoutineEx(Dev, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:23: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
    if (!NT_SUCCESS(status))
      return status;
    return IoCallDriver(ext->Lower, Irp);
  };
  auto lambda = [](PDEVICE_OBJECT Dev, PIRP Irp) -> NTSTATUS {
    PEXT ext = (PEXT)Dev->DeviceExtension;
    NTSTATUS status = IoSetCompletionRoutineEx(Dev, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:23: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
    if (!NT_SUCCESS(status))
      return status;
    return IoCallDriver(ext->Lower, Irp);
  };
  D->MajorFunction[0x0f] = +lambda;
}

extern "C" NTSTATUS DriverEntry(PDRIVER_OBJECT D, PUNICODE_STRING) {
  SetUp(D, true);
  return 0;
}

// --- Twins: the signature alone is no role ---

static NTSTATUS Helper(PDEVICE_OBJECT Dev, PIRP Irp) BODY
static NTSTATUS InAnotherTable(PDEVICE_OBJECT Dev, PIRP Irp) BODY
static NTSTATUS InAnUnusedField(PDEVICE_OBJECT Dev, PIRP Irp) BODY
static NTSTATUS InAnotherVariable(PDEVICE_OBJECT Dev, PIRP Irp) BODY

struct Others {
  PDRIVER_DISPATCH SomeFunction[4];
};

NTSTATUS useThem(Others *O, Settings *S, PDEVICE_OBJECT Dev, PIRP Irp) {
  PDRIVER_DISPATCH local = InAnotherVariable;
  O->SomeFunction[1] = InAnotherTable;
  S->Unused = InAnUnusedField;
  if (local && !NT_SUCCESS(Driver::NotStored(Dev, Irp)))
    return STATUS_UNSUCCESSFUL;
  return Helper(Dev, Irp);
}
