/* The routines of oracle_wdm.h for native runs of generated programs.

   Reads one run per line from standard input,
       case;name=value,name=value;unknown,unknown;registration,registration
   calls the function of the case with these inputs, and prints what it did, one line per run.
   A registration succeeds where its entry is 1.  test/oracle/wdmoracle/native.py is the peer. */
#define ORACLE_NATIVE 1
#include "oracle_wdm.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdarg.h>

NTSTATUS g_LastStatus;
PIRP g_Irp;
BOOLEAN g_Verbose;

static char Line[1 << 16];
static char Trace[1 << 16];
static char *Names, *Unknowns, *Registrations;
static jmp_buf Out;
static int Allocated;
static void *Blocks[4096];
static int BlockCount;

void Oracle_Case(int Index);

static void *Get(size_t Size) {
  void *Block = calloc(1, Size);
  Blocks[BlockCount++] = Block;
  return Block;
}

static void Stop(const char *Why) {
  strcat(Trace, Why);
  longjmp(Out, 1);
}

void Oracle_Event(const char *Format, ...) {
  va_list Args;
  size_t Length = strlen(Trace);
  if (Length > sizeof(Trace) - 1000)
    Stop("ENDLESS");
  va_start(Args, Format);
  vsnprintf(Trace + Length, sizeof(Trace) - Length, Format, Args);
  va_end(Args);
  strcat(Trace, "|");
}

/* The value of a named input; 0 where the run does not say. */
long Oracle_Input(const char *Name) {
  size_t Length = strlen(Name);
  const char *At = Names;
  while (At != NULL && *At != 0) {
    if (strncmp(At, Name, Length) == 0 && At[Length] == '=')
      return strtol(At + Length + 1, NULL, 10);
    At = strchr(At, ',');
    if (At != NULL)
      At++;
  }
  return 0;
}

static long Next(char **Queue, const char *What) {
  long Value;
  char *End;
  if (**Queue == 0)
    Stop(What);
  Value = strtol(*Queue, &End, 10);
  *Queue = *End == ',' ? End + 1 : End;
  return Value;
}

static long Unknown(void) { return Next(&Unknowns, "NO-UNKNOWN"); }

static char *Join(const char *A, const char *B) {
  char *Text = (char *)Get(strlen(A) + strlen(B) + 1);
  strcpy(Text, A);
  strcat(Text, B);
  return Text;
}

static void Answer(PIRP Irp) {
  char Name[200];
  snprintf(Name, sizeof(Name), "%s->IoStatus.Status#%d", Irp->OracleName,
           (int)Irp->CurrentLocation);
  Irp->IoStatus.Status = (NTSTATUS)Oracle_Input(Name);
}

PIRP Oracle_Irp(const char *Name) {
  PIRP Irp = (PIRP)Get(sizeof(IRP));
  char Text[200];
  Irp->OracleName = Name;
  Irp->Tail.Overlay.CurrentStackLocation =
      (PIO_STACK_LOCATION)Get(8 * sizeof(IO_STACK_LOCATION)) + 4;
  Answer(Irp);
  snprintf(Text, sizeof(Text), "%s->Cancel#0", Name);
  Irp->Cancel = (BOOLEAN)Oracle_Input(Text);
  return Irp;
}

static PDEVICE_OBJECT Device(const char *Name) {
  PDEVICE_OBJECT Made = (PDEVICE_OBJECT)Get(sizeof(DEVICE_OBJECT));
  Made->OracleName = Name;
  return Made;
}

PDEVICE_EXTENSION Oracle_Extension(const char *Name) {
  PDEVICE_EXTENSION Ext = (PDEVICE_EXTENSION)Get(sizeof(DEVICE_EXTENSION));
  Ext->Self = Device(Join(Name, "->Self"));
  Ext->Lower = Device(Join(Name, "->Lower"));
  Ext->Other = Device(Join(Name, "->Other"));
  Ext->Queue.Flink = Ext->Queue.Blink = &Ext->Queue;
  Ext->Irp = Oracle_Irp(Join(Name, "->Irp"));
  Ext->Irps[0] = Oracle_Irp(Join(Name, "->Irps[0]"));
  Ext->Irps[1] = Oracle_Irp(Join(Name, "->Irps[1]"));
  Ext->Enabled = (BOOLEAN)Oracle_Input(Join(Name, "->Enabled#0"));
  Ext->State = (ULONG)Oracle_Input(Join(Name, "->State#0"));
  Ext->LastStatus = (NTSTATUS)Oracle_Input(Join(Name, "->LastStatus#0"));
  return Ext;
}

PDEVICE_OBJECT Oracle_Device(const char *Name) {
  PDEVICE_OBJECT Made = Device(Name);
  Made->DeviceExtension = Oracle_Extension(Join(Name, "->DeviceExtension"));
  return Made;
}

/* ---- the routines */

NTSTATUS IoSetCompletionRoutineEx(PDEVICE_OBJECT DeviceObject, PIRP Irp,
                                  PIO_COMPLETION_ROUTINE Routine, PVOID Context, BOOLEAN A,
                                  BOOLEAN B, BOOLEAN C) {
  (void)Routine, (void)Context, (void)A, (void)B, (void)C;
  if (Irp == NULL)
    Stop("CRASH");
  Oracle_Event("register %s %s", Irp->OracleName, DeviceObject->OracleName);
  return Next(&Registrations, "NO-REGISTRATION") ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS Send(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  if (Irp == NULL)
    Stop("CRASH");
  Oracle_Event("send %s %s", Irp->OracleName, DeviceObject->OracleName);
  Irp->CurrentLocation++;
  Answer(Irp);
  return (NTSTATUS)Unknown();
}

static void End(const char *How, PIRP Irp) {
  if (Irp == NULL)
    Stop("CRASH");
  Oracle_Event("%s %s", How, Irp->OracleName);
}

NTSTATUS IofCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp) { return Send(DeviceObject, Irp); }
NTSTATUS PoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp) { return Send(DeviceObject, Irp); }
NTSTATUS IoSynchronousCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  return Send(DeviceObject, Irp);
}
BOOLEAN IoForwardIrpSynchronously(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  return (BOOLEAN)Send(DeviceObject, Irp);
}
VOID IofCompleteRequest(PIRP Irp, CCHAR Boost) {
  (void)Boost;
  End("complete", Irp);
}
/* For programs whose header has them as functions. */
#undef IoCallDriver
#undef IoCompleteRequest
NTSTATUS IoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp) { return Send(DeviceObject, Irp); }
VOID IoCompleteRequest(PIRP Irp, CCHAR Boost) { IofCompleteRequest(Irp, Boost); }
VOID IoFreeIrp(PIRP Irp) { End("free", Irp); }
VOID IoReuseIrp(PIRP Irp, NTSTATUS Status) {
  (void)Status;
  End("reuse", Irp);
}
PIRP IoAllocateIrp(CCHAR StackSize, BOOLEAN Charge) {
  char Name[20];
  (void)StackSize, (void)Charge;
  Allocated++;
  if (!Unknown())
    return NULL;
  snprintf(Name, sizeof(Name), "alloc%d", Allocated);
  return Oracle_Irp(Join(Name, ""));
}
VOID IoSkipCurrentIrpStackLocation(PIRP Irp) { End("recover", Irp); }
VOID IoSetCompletionRoutine(PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context, BOOLEAN A,
                            BOOLEAN B, BOOLEAN C) {
  (void)Routine, (void)Context, (void)A, (void)B, (void)C;
  End("recover", Irp);
}
VOID IoSetNextIrpStackLocation(PIRP Irp) { End("handon", Irp); }
VOID InsertTailList(PLIST_ENTRY Head, PLIST_ENTRY Entry) {
  (void)Head;
  End("handon", (PIRP)((char *)Entry - __builtin_offsetof(IRP, Tail.Overlay.ListEntry)));
}
VOID IoCopyCurrentIrpStackLocationToNext(PIRP Irp) { (void)Irp; }
VOID IoMarkIrpPending(PIRP Irp) { (void)Irp; }
NTSTATUS IoAcquireRemoveLock(PIO_REMOVE_LOCK Lock, PVOID Tag) {
  (void)Lock, (void)Tag;
  return (NTSTATUS)Unknown();
}
VOID IoReleaseRemoveLock(PIO_REMOVE_LOCK Lock, PVOID Tag) { (void)Lock, (void)Tag; }
PVOID ExAllocatePool2(unsigned long long Flags, SIZE_T Size, ULONG Tag) {
  (void)Flags, (void)Tag;
  return Unknown() ? Get(Size) : NULL;
}
VOID IoStartPacket(PDEVICE_OBJECT DeviceObject, PIRP Irp, ULONG *Key, PVOID Cancel) {
  (void)DeviceObject, (void)Key, (void)Cancel;
  End("unknown IoStartPacket", Irp);
}
VOID KeBugCheckEx(ULONG Code, ULONG_PTR A, ULONG_PTR B, ULONG_PTR C, ULONG_PTR D) {
  (void)Code, (void)A, (void)B, (void)C, (void)D;
  Oracle_Event("noreturn");
  longjmp(Out, 1);
}
VOID ExRaiseStatus(NTSTATUS Status) {
  (void)Status;
  Oracle_Event("noreturn");
  longjmp(Out, 1);
}
ULONG DbgPrint(const char *Format, ...) {
  (void)Format;
  return 0;
}
ULONG DbgPrintEx(ULONG Component, ULONG Level, const char *Format, ...) {
  (void)Component, (void)Level, (void)Format;
  return 0;
}
VOID RtlAssert(PVOID Assertion, PVOID File, ULONG Where, char *Message) {
  (void)Assertion, (void)File, (void)Where, (void)Message;
}

BOOLEAN DrvFlag(VOID) {
  Oracle_Event("unknown DrvFlag");
  return (BOOLEAN)Unknown();
}
ULONG DrvMode(VOID) {
  Oracle_Event("unknown DrvMode");
  return (ULONG)Unknown();
}
NTSTATUS DrvStart(VOID) {
  Oracle_Event("unknown DrvStart");
  return (NTSTATUS)Unknown();
}
NTSTATUS DrvPrepare(PDEVICE_EXTENSION Extension) {
  (void)Extension;
  Oracle_Event("unknown DrvPrepare");
  return (NTSTATUS)Unknown();
}
VOID DrvProcess(PIRP Irp) { End("unknown DrvProcess", Irp); }
NTSTATUS DrvHandle(PIRP Irp) {
  End("unknown DrvHandle", Irp);
  return (NTSTATUS)Unknown();
}
VOID DrvQueue(PDEVICE_EXTENSION Extension, PIRP Irp) {
  (void)Extension;
  End("unknown DrvQueue", Irp);
}
VOID DrvTakeStatus(NTSTATUS Status) {
  (void)Status;
  Oracle_Event("unknown DrvTakeStatus");
}
NTSTATUS DrvFail(PIRP Irp, NTSTATUS Status) {
  (void)Status;
  End("unknown DrvFail", Irp);
  return (NTSTATUS)Unknown();
}
BOOLEAN DrvSaysOk(NTSTATUS Status) {
  (void)Status;
  Oracle_Event("unknown DrvSaysOk");
  return (BOOLEAN)Unknown();
}
NTSTATUS DrvDone(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  (void)DeviceObject, (void)Irp, (void)Context;
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static char *Split(char *Text) {
  char *At = strchr(Text, ';');
  *At = 0;
  return At + 1;
}

int main(void) {
  while (fgets(Line, sizeof(Line), stdin) != NULL) {
    Line[strcspn(Line, "\n")] = 0;
    Names = Split(Line);
    Unknowns = Split(Names);
    Registrations = Split(Unknowns);
    Trace[0] = 0;
    Allocated = 0;
    g_LastStatus = (NTSTATUS)Oracle_Input("g_LastStatus#0");
    g_Verbose = (BOOLEAN)Oracle_Input("g_Verbose#0");
    g_Irp = Oracle_Irp("g_Irp");
    if (setjmp(Out) == 0)
      Oracle_Case(atoi(Line));
    puts(Trace);
    while (BlockCount != 0)
      free(Blocks[--BlockCount]);
  }
  return 0;
}
