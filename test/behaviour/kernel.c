/* The fake kernel: what a driver function needs to run, and who holds what while it does.
 *
 * Compiled like a driver (same target, same headers) and linked to one; host.c runs it, once for
 * every series of answers to K_Choose. A run ends with a line: what was chosen, what happened, and
 * the faults, as short names that can be compared between two versions of a driver:
 *   fault at once    complete-dead, free-dead, send-dead, touch-dead, release-not-held,
 * acquire-twice, never-ends, dead-local, ... left at the end  held, memory, irp, mdl, work-item,
 * timer, counter, event, stale, registration, lost, ... Nothing here judges; that is behaviour.py's
 * part. */
#ifdef BEHAVIOUR_DDK
#include "ddk.h"
#include "fake.h"
#else
#include "fake.h"
#include "wdmx.h"
#define SIGNALLED(Event) ((Event)->Signalled)
#define SYNCHRONIZES(Event) ((ULONG_PTR)(Event)->WaitListHead.Flink == SynchronizationEvent + 1)
#define SET_TYPE(Event, Type) ((Event)->WaitListHead.Flink = (PLIST_ENTRY)(ULONG_PTR)((Type) + 1))
#define REMOVED(Lock) ((Lock)->Removed)
#endif

#define WEAK __attribute__((weak))
#define ANY(Table) (sizeof(Table) / sizeof((Table)[0]))

/* --- What host.c does ------------------------------------------------------------------- */

int H_Choose(int Count, const char *What);
void H_Stop(void) __attribute__((noreturn));
void H_Text(const char *Text); /* a line of the story */
void H_Called(const char *Name);
void H_Fault(const char *Kind, const char *Object);
void H_Protect(int Slot, int Hide);
void *H_Slot(int Slot);
int H_Environment(void);
int H_OnStack(const void *At);

/* How functions of other files behave; behaviour.py tries those that make the original right. */
enum {
  ENV_KEEPS = 1,    /* a completion routine returns STATUS_MORE_PROCESSING_REQUIRED */
  ENV_SIGNALS = 2,  /* it sets the event that is its context, or the driver's own */
  ENV_RELEASES = 4, /* it gives back what is held with the IRP or its context, frees the context */
  ENV_FREES = 8,    /* it frees the IRP */
  ENV_TAKES = 16,   /* a function that is given an IRP keeps it */
  ENV_SET = 32,     /* events are set at the start */
  ENV_COUNTS = 64   /* it counts the driver's counters down */
};

/* --- Text --------------------------------------------------------------------------------- */

static char *Put(char *To, char *End, const char *From) {
  while (*From && To < End)
    *To++ = *From++;
  *To = 0;
  return To;
}

static char *PutNumber(char *To, char *End, unsigned long long Value, int Base) {
  char Digits[24];
  int N = 0;
  do {
    Digits[N++] = "0123456789abcdef"[Value % Base];
    Value /= Base;
  } while (Value);
  while (N && To < End)
    *To++ = Digits[--N];
  *To = 0;
  return To;
}

static const char *StatusName(NTSTATUS Status, char *Room) {
  switch (Status) {
  case STATUS_SUCCESS:
    return "STATUS_SUCCESS";
  case STATUS_PENDING:
    return "STATUS_PENDING";
  case STATUS_TIMEOUT:
    return "STATUS_TIMEOUT";
  case STATUS_UNSUCCESSFUL:
    return "STATUS_UNSUCCESSFUL";
  case STATUS_INSUFFICIENT_RESOURCES:
    return "STATUS_INSUFFICIENT_RESOURCES";
  case STATUS_DELETE_PENDING:
    return "STATUS_DELETE_PENDING";
  case STATUS_DEVICE_NOT_READY:
    return "STATUS_DEVICE_NOT_READY";
  case STATUS_MORE_PROCESSING_REQUIRED:
    return "STATUS_MORE_PROCESSING_REQUIRED";
  case STATUS_CANCELLED:
    return "STATUS_CANCELLED";
  case STATUS_NOT_SUPPORTED:
    return "STATUS_NOT_SUPPORTED";
  }
  PutNumber(Put(Room, Room + 4, "0x"), Room + 20, (ULONG)Status, 16);
  return Room;
}

/* --- Tables ------------------------------------------------------------------------------- */

enum { FREE, LIVE, DEAD };
enum { SLOTS = 96 };
typedef struct {
  int State;
  char Kind;
  SIZE_T Size;
  const char *Name;
} SLOT;
static SLOT Slot[SLOTS];
static int SlotsUsed;

enum { OTHERS, ALLOCATED, THREADED, ASYNC, OWN };
enum { DRIVER, LOWER, DONE, FREED, TAKEN };
typedef struct {
  PIRP Irp;
  int Slot, Origin, State, Ends, Sends, PendingReturned, Unregistered, Hidden;
  PIO_STACK_LOCATION UnregisteredAt;
  NTSTATUS Final;
  int Major, Minor;
  ULONG Flags;
  PKEVENT Event;
  PIO_STATUS_BLOCK Iosb;
  char Name[40];
} INFO;
static INFO Info[24];
static int Infos;

typedef struct {
  const char *Kind;
  const void *At;
  const void *Tag;
  int Count;
} HELD;
static HELD Held[64];
static int Helds;

typedef struct {
  void *At;
  SIZE_T Size;
  const char *Name;
  char Kind;
  long long Before;
  int Global;
} NAME;
static NAME Names[200];
static int NamesUsed;
static struct {
  int Name;
  char Bytes[4096];
} Saved[8];
static int SavedUsed;

typedef struct {
  PIRP Irp;
  PIO_STACK_LOCATION At;
} REGISTERED;
static REGISTERED Registered[32];
static int Registrations;

typedef struct {
  int Info;
  NTSTATUS Status;
} LATER;
static LATER Later[16];
static int Laters;
typedef struct {
  IO_WORKITEM_ROUTINE *Routine;
  PVOID Context;
  PIO_WORKITEM Item;
} WORKITEM;
static WORKITEM Works[8];
static int WorksUsed;
static struct {
  PVOID At;
} Armed[8];
static int Armeds;

static int Succeeded, Failed, SpinLocks, Critical, Returned, Steps, Sent;
static int CompletedHere;
static char Role, ReturnKind;
static long long ReturnValue;
static unsigned long long Signatures[8];
static int SignaturesUsed;

static void Text(const char *A, const char *B, const char *C, const char *D) {
  char Room[400], *End = Room + sizeof(Room) - 1, *At = Put(Room, End, A);
  At = Put(At, End, B);
  At = Put(At, End, C);
  Put(At, End, D);
  H_Text(Room);
  if (++Steps > 4000) {
    H_Fault("never-ends", "a loop");
    H_Stop();
  }
}

static void PutName(char *Room, const char *Text, unsigned long long Value) {
  PutNumber(Put(Room, Room + 40, Text), Room + 60, Value, 10);
}

static const char *NameOf(const void *At) {
  static char Rooms[4][80];
  static int Next;
  char *Room = Rooms[Next++ & 3];
  int i, Best = -1;
  if (At == NULL)
    return "NULL";
  for (i = 0; i < NamesUsed; i++)
    if ((const char *)At >= (const char *)Names[i].At &&
        (const char *)At < (const char *)Names[i].At + Names[i].Size &&
        (Best < 0 || Names[i].Size < Names[Best].Size))
      Best = i;
  if (Best >= 0)
    return Names[Best].Name;
  for (i = 0; i < Infos; i++)
    if ((const char *)At >= (const char *)Info[i].Irp &&
        (const char *)At < (const char *)Info[i].Irp + 4096)
      return Info[i].Name;
  for (i = 0; i < SlotsUsed; i++)
    if ((const char *)At >= (const char *)H_Slot(i) &&
        (const char *)At < (const char *)H_Slot(i) + 4096) {
      if (Slot[i].Name)
        return Slot[i].Name;
      PutName(Room, "memory ", i);
      return Room;
    }
  if (H_OnStack(At))
    return "a local variable";
  return "something";
}

static void Fault(const char *Kind, const void *Object) { H_Fault(Kind, NameOf(Object)); }

static void Fatal(const char *Kind, const void *Object) {
  Fault(Kind, Object);
  H_Stop();
}

int K_Choose(int Count, const char *What) { return H_Choose(Count, What); }

void K_Event(const char *What, const void *Object, long Value) {
  char Room[40];
  PutName(Room, " ", (ULONG)Value);
  Text(What, " ", NameOf(Object), Value ? Room : "");
}

/* --- Memory --------------------------------------------------------------------------------- */

void *memset(void *To, int Value, SIZE_T Length) {
  volatile char *At = (volatile char *)To;
  while (Length--)
    *At++ = (char)Value;
  return To;
}
void *memcpy(void *To, const void *From, SIZE_T Length) {
  volatile char *At = (volatile char *)To;
  const char *Source = (const char *)From;
  while (Length--)
    *At++ = *Source++;
  return To;
}
void *memmove(void *To, const void *From, SIZE_T Length) {
  volatile char *At = (volatile char *)To;
  const char *Source = (const char *)From;
  if ((char *)To > Source)
    while (Length--)
      At[Length] = Source[Length];
  else
    memcpy(To, From, Length);
  return To;
}
int memcmp(const void *A, const void *B, SIZE_T Length) {
  const char *X = (const char *)A, *Y = (const char *)B;
  for (; Length--; X++, Y++)
    if (*X != *Y)
      return *X - *Y;
  return 0;
}

static int NewSlot(SIZE_T Size, char Kind, const char *Name) {
  int i = SlotsUsed, More;
  if (i + (int)(Size / 4096) >= SLOTS) {
    H_Fault("harness", "too much memory");
    H_Stop();
  }
  SlotsUsed++;
  /* Some device extensions need more than a page. */
  for (More = 1; More < (int)((Size + 4095) / 4096); More++) {
    Slot[SlotsUsed].State = LIVE;
    Slot[SlotsUsed].Kind = 'g';
    Slot[SlotsUsed].Size = 0;
    Slot[SlotsUsed++].Name = Name;
  }
  memset(H_Slot(i), 0, Size);
  Slot[i].State = LIVE;
  Slot[i].Kind = Kind;
  Slot[i].Size = Size;
  Slot[i].Name = Name;
  return i;
}

static int SlotOf(const void *At) {
  int i;
  for (i = 0; i < SlotsUsed; i++)
    if ((const char *)At >= (const char *)H_Slot(i) &&
        (const char *)At < (const char *)H_Slot(i) + 4096)
      return i;
  return -1;
}

void *K_Memory(SIZE_T Size, const char *Name) { return H_Slot(NewSlot(Size, 'g', Name)); }

void K_Name(void *At, SIZE_T Size, const char *Name, char Kind) {
  NAME *N;
  if (NamesUsed == ANY(Names))
    return;
  N = &Names[NamesUsed++];
  N->At = At;
  N->Size = Size;
  N->Name = Name;
  N->Kind = Kind;
  N->Global = 0;
  if (Kind == 'e')
    SIGNALLED((PKEVENT)At) = (H_Environment() & ENV_SET) != 0;
}

void K_Global(void *At, SIZE_T Size, const char *Name, char Kind) {
  int i;
  for (i = 0; i < NamesUsed; i++)
    if (Names[i].At == At)
      return;
  if (Size > sizeof(Saved[0].Bytes) || SavedUsed == ANY(Saved))
    return;
  Saved[SavedUsed].Name = NamesUsed;
  memcpy(Saved[SavedUsed++].Bytes, At, Size);
  K_Name(At, Size, Name, Kind);
  Names[NamesUsed - 1].Global = 1;
}

static long long ValueOf(const NAME *N) {
  if (N->Kind == 'e')
    return SIGNALLED((PKEVENT)N->At);
  switch (N->Size) {
  case 1:
    return *(char *)N->At;
  case 2:
    return *(short *)N->At;
  case 4:
    return *(int *)N->At;
  case 8:
    return *(long long *)N->At;
  }
  return 0;
}

/* After the harness has chosen what the driver finds. */
void K_Start(void) {
  int i;
  for (i = 0; i < NamesUsed; i++)
    Names[i].Before = ValueOf(&Names[i]);
}

/* --- IRPs --------------------------------------------------------------------------------- */

static INFO *InfoOf(PIRP Irp, const char *Doing) {
  int i;
  for (i = 0; i < Infos; i++)
    if (Info[i].Irp == Irp)
      return &Info[i];
  Fatal(Doing, Irp);
  return NULL;
}

static void Show(INFO *I) {
  if (I->Hidden)
    H_Protect(I->Slot, 0);
  I->Hidden = 0;
}
static void Hide(INFO *I) {
  if (!I->Hidden)
    H_Protect(I->Slot, 1);
  I->Hidden = 1;
}

static void Use(INFO *I, const char *Doing) {
  char Room[40];
  if (I->State == DRIVER)
    return;
  Put(Put(Room, Room + 39, Doing), Room + 39,
      I->State == LOWER   ? "-sent"
      : I->State == TAKEN ? "-given-away"
                          : "-dead");
  Fatal(Room, I->Irp);
}

static INFO *NewIrp(int Origin, int Locations) {
  INFO *I;
  if (Infos == ANY(Info)) {
    H_Fault("harness", "too many IRPs");
    H_Stop();
  }
  I = &Info[Infos];
  memset(I, 0, sizeof(*I));
  I->Slot = NewSlot(sizeof(IRP) + 10 * sizeof(IO_STACK_LOCATION), 'i', NULL);
  I->Irp = (PIRP)H_Slot(I->Slot);
  I->Origin = Origin;
  PutName(I->Name, "irp", ++Infos);
  if (Locations > 8)
    Locations = 8;
  I->Irp->StackCount = (CHAR)Locations;
  I->Irp->CurrentLocation = (CHAR)(Locations + 1);
  I->Irp->Tail.Overlay.CurrentStackLocation = (PIO_STACK_LOCATION)(I->Irp + 1) + Locations + 1;
  I->Irp->Tail.Overlay.ListEntry.Flink = I->Irp->Tail.Overlay.ListEntry.Blink =
      &I->Irp->Tail.Overlay.ListEntry;
  return I;
}

static PDEVICE_OBJECT Own;
PDEVICE_OBJECT K_Device(const char *Name) {
  PDEVICE_OBJECT Device = (PDEVICE_OBJECT)K_Memory(sizeof(DEVICE_OBJECT), Name);
  Device->StackSize = 2;
  return Device;
}

PIRP K_Irp(const char *Name, int Major, int Minor) {
  INFO *I = NewIrp(OTHERS, 3);
  PIO_STACK_LOCATION Stack;
  IoSetNextIrpStackLocation(I->Irp);
  Stack = IoGetCurrentIrpStackLocation(I->Irp);
  Stack->MajorFunction = (UCHAR)Major;
  Stack->MinorFunction = (UCHAR)Minor;
  Stack->Parameters.Read.Length = 64;
  Stack->DeviceObject = Own;
  I->Major = Major;
  I->Minor = Minor;
  I->Irp->AssociatedIrp.SystemBuffer = K_Memory(256, "the system buffer");
  I->Irp->UserBuffer = I->Irp->AssociatedIrp.SystemBuffer;
  Put(I->Name, I->Name + 39, Name);
  return I->Irp;
}

PIRP K_OwnIrp(const char *Name) {
  INFO *I = NewIrp(OWN, 3);
  Put(I->Name, I->Name + 39, Name);
  return I->Irp;
}

static void Complete(INFO *I);

static void Finish(INFO *I) {
  char Room[24];
  if (I->Irp->IoStatus.Status == STATUS_PENDING)
    Fault("completed-with-pending", I->Irp);
  I->Final = I->Irp->IoStatus.Status;
  I->Flags = I->Irp->Flags;
  I->PendingReturned = I->Irp->PendingReturned;
  I->Ends++;
  Text("end of ", I->Name, " with ", StatusName(I->Final, Room));
  if (I->Origin == ALLOCATED || I->Origin == ASYNC || I->Origin == OWN)
    Fault("let-go", I->Irp);
  if (I->Iosb)
    *I->Iosb = I->Irp->IoStatus;
  if (I->Irp->MdlAddress && SlotOf(I->Irp->MdlAddress) >= 0 &&
      Slot[SlotOf(I->Irp->MdlAddress)].Kind == 'd')
    Slot[SlotOf(I->Irp->MdlAddress)].State = DEAD;
  I->State = DONE;
  if (I->Event)
    KeSetEvent(I->Event, 0, FALSE);
  Slot[I->Slot].State = DEAD;
  Hide(I);
}

static void Forget(PIRP Irp, PIO_STACK_LOCATION At) {
  int i;
  for (i = 0; i < Registrations; i++)
    if (Registered[i].Irp == Irp && Registered[i].At == At)
      Registered[i] = Registered[--Registrations], i--;
}

/* From the present stack location up, as IofCompleteRequest does. */
static void Complete(INFO *I) {
  PIRP Irp = I->Irp;
  while (Irp->CurrentLocation <= Irp->StackCount) {
    PIO_STACK_LOCATION At = IoGetCurrentIrpStackLocation(Irp);
    PIO_COMPLETION_ROUTINE Routine = At->CompletionRoutine;
    UCHAR Control = At->Control;
    BOOLEAN Invoke;
    Irp->CurrentLocation++;
    Irp->Tail.Overlay.CurrentStackLocation++;
    Irp->PendingReturned = Control & SL_PENDING_RETURNED;
    Invoke = Routine && ((NT_SUCCESS(Irp->IoStatus.Status) && (Control & SL_INVOKE_ON_SUCCESS)) ||
                         (!NT_SUCCESS(Irp->IoStatus.Status) && (Control & SL_INVOKE_ON_ERROR)) ||
                         (Irp->Cancel && (Control & SL_INVOKE_ON_CANCEL)));
    Forget(Irp, At);
    if (Invoke) {
      NTSTATUS Result;
      PDEVICE_OBJECT Device = NULL;
      PVOID Context = At->Context;
      if (Irp->CurrentLocation <= Irp->StackCount)
        Device = IoGetCurrentIrpStackLocation(Irp)->DeviceObject;
      At->CompletionRoutine = NULL;
      At->Control = 0;
      Text("completion routine of ", I->Name, "", "");
      I->State = DRIVER;
      Result = Routine(Device, Irp, Context);
      if (Result == STATUS_MORE_PROCESSING_REQUIRED) {
        Text("  keeps ", I->Name, "", "");
        return;
      }
      if (I->State != DRIVER)
        Fatal("routine-lets-go-dead", Irp);
    } else if (Irp->PendingReturned && Irp->CurrentLocation <= Irp->StackCount) {
      IoMarkIrpPending(Irp);
    }
  }
  Finish(I);
}

static void Lower(INFO *I, NTSTATUS Status) {
  Show(I);
  I->Irp->IoStatus.Status = Status;
  I->Irp->IoStatus.Information = NT_SUCCESS(Status) ? 8 : 0;
  Complete(I);
}

static unsigned long long Sum(const void *From, SIZE_T Length, unsigned long long Sum) {
  const unsigned char *At = (const unsigned char *)From;
  while (Length--)
    Sum = (Sum ^ *At++) * 1099511628211ULL;
  return Sum;
}

static NTSTATUS Send(PDEVICE_OBJECT Device, PIRP Irp) {
  INFO *I = InfoOf(Irp, "send-unknown");
  PIO_STACK_LOCATION At;
  int How;
  char Room[60];
  unsigned long long Signature;
  Use(I, "send");
  if (Irp->CurrentLocation <= 1)
    Fatal("no-more-stack", Irp);
  At = IoGetNextIrpStackLocation(Irp);
  if (I->Unregistered && At == I->UnregisteredAt &&
      (At->CompletionRoutine == NULL ||
       !(At->Control & (SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL))))
    Fault("sent-without-routine", Irp);
  I->Unregistered = 0;
  for (How = 0; How < Registrations; How++)
    if (Registered[How].Irp == Irp && Registered[How].At == At &&
        !(At->Control & (SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL)))
      Fault("sent-without-routine", Irp);
  if (SpinLocks)
    Fault("sent-under-spin-lock", Irp);
  Irp->CurrentLocation--;
  Irp->Tail.Overlay.CurrentStackLocation--;
  At->DeviceObject = Device;
  Signature = Sum(&At->Parameters, sizeof(At->Parameters),
                  Sum(&At->MajorFunction, 3, 14695981039346656037ULL));
  if (I->Origin == OTHERS && SignaturesUsed < 8)
    Signatures[SignaturesUsed++] = Signature;
  I->Sends++;
  Sent++;
  How = H_Choose(Sent <= 2 ? 5 : Sent <= 4 ? 2 : 1, "send");
  PutNumber(
      Put(PutNumber(Put(Room, Room + 30, ": "), Room + 34, At->MajorFunction, 10), Room + 36, "/"),
      Room + 40, At->MinorFunction, 10);
  Text("send ", I->Name, " to ", NameOf(Device));
  Text("  as ", Room + 2, ", the lower driver ",
       How == 0   ? "completes it at once"
       : How == 1 ? "leaves it pending, completes it later"
       : How == 2 ? "fails it at once"
       : How == 3 ? "returns STATUS_PENDING, but completes it before"
                  : "leaves it pending, fails it later");
  I->State = LOWER;
  switch (How) {
  case 0:
    Hide(I);
    Lower(I, STATUS_SUCCESS);
    return STATUS_SUCCESS;
  case 2:
    Hide(I);
    Lower(I, STATUS_UNSUCCESSFUL);
    return STATUS_UNSUCCESSFUL;
  case 3:
    At->Control |= SL_PENDING_RETURNED;
    Hide(I);
    Lower(I, STATUS_SUCCESS);
    return STATUS_PENDING;
  }
  At->Control |= SL_PENDING_RETURNED;
  if (Laters == ANY(Later))
    Fatal("harness", Irp);
  Later[Laters].Info = (int)(I - Info);
  Later[Laters++].Status = How == 1 ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
  Hide(I);
  return STATUS_PENDING;
}

static int Progress(void) {
  if (Laters) {
    LATER L = Later[0];
    int i;
    for (i = 1; i < Laters; i++)
      Later[i - 1] = Later[i];
    Laters--;
    Text("the lower driver completes ", Info[L.Info].Name, "", "");
    Lower(&Info[L.Info], L.Status);
    return 1;
  }
  if (WorksUsed) {
    WORKITEM W = Works[0];
    int i;
    for (i = 1; i < WorksUsed; i++)
      Works[i - 1] = Works[i];
    WorksUsed--;
    Text("a work item runs", "", "", "");
    W.Routine(Own, W.Context);
    return 1;
  }
  return 0;
}

NTSTATUS IofCallDriver(PDEVICE_OBJECT Device, PIRP Irp) { return Send(Device, Irp); }
WEAK NTSTATUS PoCallDriver(PDEVICE_OBJECT Device, PIRP Irp) { return Send(Device, Irp); }
#undef IoCallDriverStackSafeDefault
WEAK NTSTATUS IoCallDriverStackSafeDefault(PDEVICE_OBJECT Device, PIRP Irp) {
  return Send(Device, Irp);
}

static PKEVENT ForwardEvent;
static NTSTATUS NTAPI Forwarded(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  (void)Device, (void)Irp;
  SIGNALLED((PKEVENT)Context) = 1;
  return STATUS_MORE_PROCESSING_REQUIRED;
}
static NTSTATUS SendAndWait(PDEVICE_OBJECT Device, PIRP Irp) {
  KEVENT Event;
  NTSTATUS Status;
  INFO *I = InfoOf(Irp, "send-unknown");
  Use(I, "send");
  SIGNALLED(&Event) = 0;
  ForwardEvent = &Event;
  IoSetCompletionRoutine(Irp, Forwarded, &Event, TRUE, TRUE, TRUE);
  Status = Send(Device, Irp);
  while (!SIGNALLED(&Event))
    if (!Progress())
      Fatal("never-ends", Irp);
  (void)Status;
  return Irp->IoStatus.Status;
}
WEAK NTSTATUS IoSynchronousCallDriver(PDEVICE_OBJECT Device, PIRP Irp) {
  return SendAndWait(Device, Irp);
}
WEAK BOOLEAN IoForwardIrpSynchronously(PDEVICE_OBJECT Device, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  SendAndWait(Device, Irp);
  return TRUE;
}

VOID IofCompleteRequest(PIRP Irp, CCHAR Boost) {
  INFO *I = InfoOf(Irp, "complete-unknown");
  char Room[24];
  (void)Boost;
  Use(I, "complete");
  if (SpinLocks)
    Fault("completed-under-spin-lock", Irp);
  Text("complete ", I->Name, " with ", StatusName(Irp->IoStatus.Status, Room));
  CompletedHere++;
  Complete(I);
}
#undef IoCallDriver
#undef IoCompleteRequest
WEAK NTSTATUS IoCallDriver(PDEVICE_OBJECT Device, PIRP Irp) { return Send(Device, Irp); }
WEAK VOID IoCompleteRequest(PIRP Irp, CCHAR Boost) { IofCompleteRequest(Irp, Boost); }

NTSTATUS IoSetCompletionRoutineEx(PDEVICE_OBJECT Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine,
                                  PVOID Context, BOOLEAN OnSuccess, BOOLEAN OnError,
                                  BOOLEAN OnCancel) {
  INFO *I = InfoOf(Irp, "register-unknown");
  (void)Device;
  Use(I, "register");
  if (H_Choose(2, "register")) {
    Failed++;
    I->Unregistered = 1;
    I->UnregisteredAt = IoGetNextIrpStackLocation(Irp);
    Text("registration on ", I->Name, " fails", "");
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  Succeeded++;
  I->Unregistered = 0;
  Text("registration on ", I->Name, "", "");
  IoSetCompletionRoutine(Irp, Routine, Context, OnSuccess, OnError, OnCancel);
  if (Registrations < (int)ANY(Registered)) {
    Registered[Registrations].Irp = Irp;
    Registered[Registrations++].At = IoGetNextIrpStackLocation(Irp);
  }
  return STATUS_SUCCESS;
}

static PIRP Allocate(int Origin, int Locations, const char *What) {
  INFO *I;
  if (H_Choose(2, What)) {
    Text("no IRP", "", "", "");
    return NULL;
  }
  I = NewIrp(Origin, Locations);
  Text("allocate ", I->Name, "", "");
  return I->Irp;
}
WEAK PIRP IoAllocateIrp(CCHAR StackSize, BOOLEAN Quota) {
  (void)Quota;
  return Allocate(ALLOCATED, StackSize < 1 ? 1 : StackSize, "IoAllocateIrp");
}
static PIRP Build(int Origin, ULONG Major, PKEVENT Event, PIO_STATUS_BLOCK Iosb, const char *What) {
  PIRP Irp = Allocate(Origin, 2, What);
  if (Irp) {
    INFO *I = InfoOf(Irp, "");
    IoGetNextIrpStackLocation(Irp)->MajorFunction = (UCHAR)Major;
    I->Event = Event;
    I->Iosb = Iosb;
    Irp->UserEvent = Event;
    Irp->UserIosb = Iosb;
  }
  return Irp;
}
WEAK PIRP IoBuildDeviceIoControlRequest(ULONG Code, PDEVICE_OBJECT Device, PVOID In, ULONG InLength,
                                        PVOID Out, ULONG OutLength, BOOLEAN Internal, PKEVENT Event,
                                        PIO_STATUS_BLOCK Iosb) {
  (void)Code, (void)Device, (void)In, (void)InLength, (void)Out, (void)OutLength;
  return Build(THREADED, Internal ? IRP_MJ_INTERNAL_DEVICE_CONTROL : IRP_MJ_DEVICE_CONTROL, Event,
               Iosb, "IoBuildDeviceIoControlRequest");
}
WEAK PIRP IoBuildSynchronousFsdRequest(ULONG Major, PDEVICE_OBJECT Device, PVOID Buffer,
                                       ULONG Length, PLARGE_INTEGER Offset, PKEVENT Event,
                                       PIO_STATUS_BLOCK Iosb) {
  (void)Device, (void)Buffer, (void)Length, (void)Offset;
  return Build(THREADED, Major, Event, Iosb, "IoBuildSynchronousFsdRequest");
}
WEAK PIRP IoBuildAsynchronousFsdRequest(ULONG Major, PDEVICE_OBJECT Device, PVOID Buffer,
                                        ULONG Length, PLARGE_INTEGER Offset,
                                        PIO_STATUS_BLOCK Iosb) {
  (void)Device, (void)Buffer, (void)Length, (void)Offset;
  return Build(ASYNC, Major, NULL, Iosb, "IoBuildAsynchronousFsdRequest");
}
WEAK VOID IoFreeIrp(PIRP Irp) {
  INFO *I = InfoOf(Irp, "free-unknown");
  Use(I, "free");
  if (I->Origin == OTHERS || I->Origin == THREADED)
    Fault("freed-of-others", Irp);
  Text("free ", I->Name, "", "");
  I->State = FREED;
  Slot[I->Slot].State = DEAD;
  Hide(I);
}
WEAK VOID IoReuseIrp(PIRP Irp, NTSTATUS Status) {
  INFO *I = InfoOf(Irp, "reuse-unknown");
  Use(I, "reuse");
  I->Unregistered = 0;
  Irp->CurrentLocation = (CHAR)(Irp->StackCount + 1);
  Irp->Tail.Overlay.CurrentStackLocation = (PIO_STACK_LOCATION)(Irp + 1) + Irp->StackCount + 1;
  memset(Irp + 1, 0, 10 * sizeof(IO_STACK_LOCATION));
  Irp->IoStatus.Status = Status;
  Irp->PendingReturned = 0;
}
WEAK BOOLEAN IoCancelIrp(PIRP Irp) {
  INFO *I = InfoOf(Irp, "cancel-unknown");
  int i;
  if (I->State != DRIVER && I->State != LOWER)
    Use(I, "cancel");
  Text("cancel ", I->Name, "", "");
  for (i = 0; i < Laters; i++)
    if (&Info[Later[i].Info] == I) {
      for (; i + 1 < Laters; i++)
        Later[i] = Later[i + 1];
      Laters--;
      Show(I);
      Irp->Cancel = TRUE;
      Lower(I, STATUS_CANCELLED);
      return TRUE;
    }
  return FALSE;
}
WEAK VOID PoStartNextPowerIrp(PIRP Irp) { (void)Irp; }
WEAK VOID IoStartPacket(PDEVICE_OBJECT Device, PIRP Irp, PULONG Key, PDRIVER_CANCEL Cancel) {
  INFO *I = InfoOf(Irp, "start-unknown");
  (void)Device, (void)Key, (void)Cancel;
  Use(I, "start");
  Text("IoStartPacket takes ", I->Name, "", "");
  I->State = TAKEN;
}
WEAK VOID IoStartNextPacket(PDEVICE_OBJECT Device, BOOLEAN Cancelable) {
  (void)Device, (void)Cancelable;
  H_Called("IoStartNextPacket");
}

/* --- What is held -------------------------------------------------------------------------- */

static HELD *Find(const char *Kind, const void *At, const void *Tag) {
  int i;
  for (i = 0; i < Helds; i++)
    if (Held[i].Kind == Kind && Held[i].At == At && Held[i].Tag == Tag)
      return &Held[i];
  return NULL;
}

static void Hold(const char *Kind, const void *At, const void *Tag) {
  HELD *H = Find(Kind, At, Tag);
  Text("acquire ", Kind, " ", NameOf(At));
  if (H == NULL && Helds < (int)ANY(Held)) {
    H = &Held[Helds++];
    H->Kind = Kind;
    H->At = At;
    H->Tag = Tag;
    H->Count = 0;
  }
  if (H)
    H->Count++;
}

static void Drop(const char *Kind, const void *At, const void *Tag) {
  HELD *H = Find(Kind, At, Tag);
  char Room[60];
  if (Returned && H_OnStack(At))
    Fatal("dead-local", At);
  Text("release ", Kind, " ", NameOf(At));
  if (H == NULL) {
    Put(Put(Room, Room + 59, "release-not-held "), Room + 59, Kind);
    Fault(Room, At);
    return;
  }
  if (--H->Count == 0)
    *H = Held[--Helds];
}

static const char RemoveLock[] = "remove lock", SpinLock[] = "spin lock", Resource[] = "resource",
                  FastMutex[] = "fast mutex", Mutex[] = "mutex", Semaphore[] = "semaphore",
                  Rundown[] = "rundown protection", Reference[] = "reference";

static void Once(const char *Kind, const void *At) {
  if (Find(Kind, At, NULL)) {
    char Room[40];
    Put(Put(Room, Room + 39, "acquired-twice "), Room + 39, Kind);
    Fatal(Room, At);
  }
  Hold(Kind, At, NULL);
}

WEAK NTSTATUS IoAcquireRemoveLockEx(PIO_REMOVE_LOCK Lock, PVOID Tag, PCSTR File, ULONG Line,
                                    ULONG Size) {
  (void)File, (void)Line, (void)Size;
  if (REMOVED(Lock) || H_Choose(2, "IoAcquireRemoveLock")) {
    Text("no remove lock", "", "", "");
    return STATUS_DELETE_PENDING;
  }
  Hold(RemoveLock, Lock, Tag);
  return STATUS_SUCCESS;
}
WEAK VOID IoReleaseRemoveLockEx(PIO_REMOVE_LOCK Lock, PVOID Tag, ULONG Size) {
  (void)Size;
  Drop(RemoveLock, Lock, Tag);
}
WEAK VOID IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK Lock, PVOID Tag, ULONG Size) {
  int i;
  (void)Size;
  Drop(RemoveLock, Lock, Tag);
  REMOVED(Lock) = TRUE;
  for (;;) {
    for (i = 0; i < Helds; i++)
      if (Held[i].Kind == RemoveLock && Held[i].At == Lock)
        break;
    if (i == Helds)
      return;
    if (!Progress())
      Fatal("never-ends", Lock);
  }
}

WEAK KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK Lock) {
  Once(SpinLock, Lock);
  return (KIRQL)(SpinLocks++ ? 2 : 0);
}
WEAK VOID KeReleaseSpinLock(PKSPIN_LOCK Lock, KIRQL Irql) {
  (void)Irql;
  if (SpinLocks)
    SpinLocks--;
  Drop(SpinLock, Lock, NULL);
}
WEAK VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK Lock) { KeAcquireSpinLockRaiseToDpc(Lock); }
WEAK VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK Lock) { KeReleaseSpinLock(Lock, 2); }
WEAK VOID KeInitializeSpinLock(PKSPIN_LOCK Lock) { *Lock = 0; }

static BOOLEAN AcquireResource(PERESOURCE Lock, BOOLEAN Wait) {
  if (!Wait && H_Choose(2, "ExAcquireResource"))
    return FALSE;
  Hold(Resource, Lock, NULL);
  return TRUE;
}
WEAK BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE Lock, BOOLEAN Wait) {
  return AcquireResource(Lock, Wait);
}
WEAK BOOLEAN ExAcquireResourceSharedLite(PERESOURCE Lock, BOOLEAN Wait) {
  return AcquireResource(Lock, Wait);
}
WEAK VOID ExReleaseResourceLite(PERESOURCE Lock) { Drop(Resource, Lock, NULL); }
WEAK VOID KeEnterCriticalRegion(VOID) { Critical++; }
WEAK VOID KeLeaveCriticalRegion(VOID) {
  if (Critical-- == 0)
    Fault("release-not-held critical region", NULL);
}
WEAK VOID ExAcquireFastMutex(PFAST_MUTEX Lock) { Once(FastMutex, Lock); }
WEAK BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX Lock) {
  if (H_Choose(2, "ExTryToAcquireFastMutex"))
    return FALSE;
  Once(FastMutex, Lock);
  return TRUE;
}
WEAK VOID ExReleaseFastMutex(PFAST_MUTEX Lock) { Drop(FastMutex, Lock, NULL); }
WEAK VOID KeInitializeMutex(PKMUTEX Lock, ULONG Level) {
  (void)Level;
  (void)Lock;
}
WEAK LONG KeReleaseMutex(PKMUTEX Lock, BOOLEAN Wait) {
  (void)Wait;
  Drop(Mutex, Lock, NULL);
  return 0;
}
WEAK LONG KeReleaseSemaphore(PKSEMAPHORE Lock, LONG Increment, LONG Adjustment, BOOLEAN Wait) {
  (void)Increment, (void)Adjustment, (void)Wait;
  if (Find(Semaphore, Lock, NULL))
    Drop(Semaphore, Lock, NULL);
  return 0;
}
WEAK BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF Ref) {
  if (H_Choose(2, "ExAcquireRundownProtection"))
    return FALSE;
  Hold(Rundown, Ref, NULL);
  return TRUE;
}
WEAK VOID ExReleaseRundownProtection(PEX_RUNDOWN_REF Ref) { Drop(Rundown, Ref, NULL); }
#ifdef BEHAVIOUR_DDK
#define REFERENCED LONG_PTR
#else
#define REFERENCED LONG
#endif
WEAK REFERENCED ObfReferenceObject(PVOID Object) {
  Hold(Reference, Object, NULL);
  return 2;
}
#ifdef BEHAVIOUR_DDK
WEAK LONG_PTR ObfDereferenceObject(PVOID Object) {
  Drop(Reference, Object, NULL);
  return 1;
}
#else
WEAK VOID ObfDereferenceObject(PVOID Object) { Drop(Reference, Object, NULL); }
#endif
WEAK PDEVICE_OBJECT IoGetAttachedDeviceReference(PDEVICE_OBJECT Device) {
  Hold(Reference, Device, NULL);
  return Device;
}
#undef ObReferenceObject
#undef ObDereferenceObject
WEAK VOID ObReferenceObject(PVOID Object) { Hold(Reference, Object, NULL); }
WEAK VOID ObDereferenceObject(PVOID Object) { Drop(Reference, Object, NULL); }

/* --- Events and waits ----------------------------------------------------------------------- */

WEAK VOID KeInitializeEvent(PKEVENT Event, EVENT_TYPE Type, BOOLEAN State) {
  SIGNALLED(Event) = State;
  SET_TYPE(Event, Type);
}
LONG KeSetEvent(PKEVENT Event, LONG Increment, BOOLEAN Wait) {
  LONG Old;
  (void)Increment, (void)Wait;
  if (Returned && H_OnStack(Event))
    Fatal("dead-local", Event);
  Old = SIGNALLED(Event);
  Text("set ", NameOf(Event), "", "");
  SIGNALLED(Event) = 1;
  return Old;
}
WEAK VOID KeClearEvent(PKEVENT Event) { SIGNALLED(Event) = 0; }
WEAK LONG KeResetEvent(PKEVENT Event) {
  LONG Old = SIGNALLED(Event);
  SIGNALLED(Event) = 0;
  return Old;
}

static char KindOf(const void *At) {
  int i;
  for (i = 0; i < NamesUsed; i++)
    if (Names[i].At == At && Names[i].Kind != '-')
      return Names[i].Kind;
  return '-';
}

WEAK NTSTATUS KeWaitForSingleObject(PVOID Object, KWAIT_REASON Reason, KPROCESSOR_MODE Mode,
                                    BOOLEAN Alertable, PLARGE_INTEGER Timeout) {
  PKEVENT Event = (PKEVENT)Object;
  (void)Reason, (void)Mode, (void)Alertable;
  if (SpinLocks && !(Timeout && Timeout->QuadPart == 0))
    Fault("waits-under-spin-lock", Object);
  switch (KindOf(Object)) {
  case 'm':
    Hold(Mutex, Object, NULL);
    return STATUS_SUCCESS;
  case 's':
    Hold(Semaphore, Object, NULL);
    return STATUS_SUCCESS;
  }
  Text("wait for ", NameOf(Object), "", "");
  if (!SIGNALLED(Event) && Timeout && H_Choose(2, "KeWaitForSingleObject")) {
    Text("  the time is over", "", "", "");
    return STATUS_TIMEOUT;
  }
  while (!SIGNALLED(Event))
    if (!Progress()) {
      if (Timeout)
        return STATUS_TIMEOUT;
      Fatal("never-ends", Object);
    }
  if (SYNCHRONIZES(Event))
    SIGNALLED(Event) = 0;
  return STATUS_SUCCESS;
}
#undef KeWaitForMutexObject
WEAK NTSTATUS KeWaitForMutexObject(PVOID Object, KWAIT_REASON Reason, KPROCESSOR_MODE Mode,
                                   BOOLEAN Alertable, PLARGE_INTEGER Timeout) {
  (void)Reason, (void)Mode, (void)Alertable, (void)Timeout;
  Hold(Mutex, Object, NULL);
  return STATUS_SUCCESS;
}

/* --- Pool, MDLs, work items, timers ----------------------------------------------------------- */

static PVOID Pool(SIZE_T Size, const char *What, char Kind) {
  int i;
  if (H_Choose(2, What)) {
    Text("no memory from ", What, "", "");
    return NULL;
  }
  i = NewSlot(Size < 16 ? 16 : Size > 4096 ? 4096 : Size, Kind, NULL);
  Text(What, ": ", NameOf(H_Slot(i)), "");
  return H_Slot(i);
}
static void Free(PVOID At, char Kind) {
  int i = SlotOf(At);
  char Room[20] = "free-dead ";
  if (i < 0 || H_Slot(i) != At || Slot[i].Kind != Kind) {
    Fatal("free-unknown", At);
  }
  Room[10] = Kind;
  Room[11] = 0;
  if (Slot[i].State != LIVE)
    Fatal(Room, At);
  Text("free ", NameOf(At), "", "");
  Slot[i].State = DEAD;
  H_Protect(i, 1);
}
WEAK PVOID ExAllocatePoolWithTag(POOL_TYPE Type, SIZE_T Size, ULONG Tag) {
  (void)Type, (void)Tag;
  return Pool(Size, "ExAllocatePoolWithTag", 'p');
}
WEAK PVOID ExAllocatePoolZero(POOL_TYPE Type, SIZE_T Size, ULONG Tag) {
  (void)Type, (void)Tag;
  return Pool(Size, "ExAllocatePoolZero", 'p');
}
WEAK PVOID ExAllocatePool(POOL_TYPE Type, SIZE_T Size) {
  (void)Type;
  return Pool(Size, "ExAllocatePool", 'p');
}
WEAK PVOID ExAllocatePool2(ULONGLONG Flags, SIZE_T Size, ULONG Tag) {
  (void)Flags, (void)Tag;
  return Pool(Size, "ExAllocatePool2", 'p');
}
WEAK VOID ExFreePoolWithTag(PVOID P, ULONG Tag) {
  (void)Tag;
  Free(P, 'p');
}
WEAK VOID ExFreePool(PVOID P) { Free(P, 'p'); }
WEAK PVOID FakeAllocateFromList(PVOID List) {
  (void)List;
  return Pool(256, "ExAllocateFromNPagedLookasideList", 'l');
}
WEAK VOID FakeFreeToList(PVOID List, PVOID P) {
  (void)List;
  Free(P, 'l');
}
WEAK PMDL IoAllocateMdl(PVOID Va, ULONG Length, BOOLEAN Secondary, BOOLEAN Quota, PIRP Irp) {
  PMDL Mdl = (PMDL)Pool(64, "IoAllocateMdl", 'd');
  (void)Va, (void)Length, (void)Quota;
  if (Mdl && Irp && !Secondary)
    Irp->MdlAddress = Mdl;
  return Mdl;
}
WEAK VOID IoFreeMdl(PMDL Mdl) { Free(Mdl, 'd'); }
WEAK VOID MmBuildMdlForNonPagedPool(PMDL Mdl) { (void)Mdl; }
WEAK PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT Device) {
  (void)Device;
  return (PIO_WORKITEM)Pool(64, "IoAllocateWorkItem", 'w');
}
WEAK VOID IoFreeWorkItem(PIO_WORKITEM Item) { Free(Item, 'w'); }
WEAK VOID IoQueueWorkItem(PIO_WORKITEM Item, IO_WORKITEM_ROUTINE *Routine, WORK_QUEUE_TYPE Type,
                          PVOID Context) {
  (void)Type;
  if (WorksUsed == ANY(Works))
    Fatal("harness", Item);
  Text("queue ", NameOf(Item), "", "");
  Works[WorksUsed].Item = Item;
  Works[WorksUsed].Routine = Routine;
  Works[WorksUsed++].Context = Context;
}
WEAK BOOLEAN KeCancelTimer(PKTIMER Timer) {
  int i;
  Text("cancel timer ", NameOf(Timer), "", "");
  for (i = 0; i < Armeds; i++)
    if (Armed[i].At == Timer) {
      Armed[i] = Armed[--Armeds];
      return TRUE;
    }
  return FALSE;
}
WEAK BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER Due, PKDPC Dpc) {
  BOOLEAN Was = KeCancelTimer(Timer);
  (void)Due, (void)Dpc;
  Text("start timer ", NameOf(Timer), "", "");
  if (Armeds < (int)ANY(Armed))
    Armed[Armeds++].At = Timer;
  return Was;
}
WEAK VOID KeInitializeTimer(PKTIMER Timer) { (void)Timer; }
WEAK VOID KeInitializeDpc(PKDPC Dpc, KDEFERRED_ROUTINE *Routine, PVOID Context) {
  (void)Dpc, (void)Routine, (void)Context;
}

/* --- The rest ----------------------------------------------------------------------------------
 */

WEAK VOID IoDetachDevice(PDEVICE_OBJECT Device) { K_Event("detach from", Device, 0); }
WEAK VOID IoDeleteDevice(PDEVICE_OBJECT Device) { K_Event("delete", Device, 0); }
WEAK ULONG DbgPrint(PCSTR Format, ...) {
  (void)Format;
  return 0;
}
WEAK ULONG DbgPrintEx(ULONG Component, ULONG Level, PCSTR Format, ...) {
  (void)Component, (void)Level, (void)Format;
  return 0;
}
WEAK VOID TraceEvents(ULONG Level, ULONG Flags, PCSTR Format, ...) {
  (void)Level, (void)Flags, (void)Format;
}
static void NoReturn(void) __attribute__((noreturn));
static void NoReturn(void) {
  H_Fault("no-return", "");
  H_Stop();
}
WEAK VOID KeBugCheck(ULONG Code) {
  (void)Code;
  NoReturn();
}
WEAK VOID KeBugCheckEx(ULONG Code, ULONG_PTR A, ULONG_PTR B, ULONG_PTR C, ULONG_PTR D) {
  (void)Code, (void)A, (void)B, (void)C, (void)D;
  NoReturn();
}
WEAK VOID ExRaiseStatus(NTSTATUS Status) {
  (void)Status;
  NoReturn();
}
#undef DbgBreakPoint
WEAK VOID DbgBreakPoint(VOID) {}
WEAK VOID RtlAssert(PVOID What, PVOID File, ULONG Line, PCHAR Message) {
  (void)What, (void)File, (void)Line, (void)Message;
}
WEAK VOID ProbeForWrite(PVOID Address, SIZE_T Length, ULONG Alignment) {
  (void)Address, (void)Length, (void)Alignment;
}
WEAK PVOID MmGetSystemRoutineAddress(PUNICODE_STRING Name) {
  (void)Name;
  return NULL;
}

#ifndef BEHAVIOUR_DDK
/* KMDF: hands a preprocessed IRP on to the framework, which owns it then. */
WEAK NTSTATUS WdfDeviceWdmDispatchPreprocessedIrp(WDFDEVICE Device, PIRP Irp) {
  (void)Device;
  return Send(Own, Irp);
}
WEAK PDEVICE_OBJECT WdfDeviceWdmGetDeviceObject(WDFDEVICE Device) {
  (void)Device;
  return Own;
}
WEAK PDEVICE_OBJECT WdfDeviceWdmGetAttachedDevice(WDFDEVICE Device) {
  (void)Device;
  return Own;
}

#endif

/* Declared in driver.h: a driver's other files. */
static void Take(PIRP Irp) {
  INFO *I = InfoOf(Irp, "give-unknown");
  Use(I, "give");
  Text("given away: ", I->Name, "", "");
  I->State = TAKEN;
}
WEAK VOID TakeIrp(PVOID Ext, PIRP Irp) {
  (void)Ext;
  Take(Irp);
}
WEAK NTSTATUS FailRequest(PIRP Irp, NTSTATUS Status) {
  InfoOf(Irp, "fail-unknown");
  Irp->IoStatus.Status = Status;
  IofCompleteRequest(Irp, 0);
  return Status;
}
WEAK BOOLEAN DriverSaysOk(NTSTATUS Status) { return NT_SUCCESS(Status); }
WEAK VOID Work(PVOID Ext) { (void)Ext; }

WEAK NTSTATUS Done(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  int Env = H_Environment(), i;
  INFO *I = InfoOf(Irp, "");
  (void)Device;
  if (!(Env & ENV_KEEPS) && Irp->PendingReturned && Irp->CurrentLocation <= Irp->StackCount)
    IoMarkIrpPending(Irp);
  if (Env & ENV_SIGNALS) {
    if (Context && (KindOf(Context) == 'e' || H_OnStack(Context)))
      KeSetEvent((PKEVENT)Context, 0, FALSE);
    else
      for (i = 0; i < NamesUsed; i++)
        if (Names[i].Kind == 'e')
          KeSetEvent((PKEVENT)Names[i].At, 0, FALSE);
  }
  if (Env & ENV_COUNTS)
    for (i = 0; i < NamesUsed; i++)
      if (Names[i].Kind == 'c' && ValueOf(&Names[i]) > Names[i].Before && Names[i].Size == 4)
        --*(int *)Names[i].At;
  if (Env & ENV_RELEASES) {
    for (i = 0; i < Helds; i++)
      if (Held[i].Kind == RemoveLock || Held[i].Kind == Rundown || Held[i].Kind == Reference) {
        const HELD H = Held[i];
        Drop(H.Kind, H.At, H.Tag);
        i = -1;
      }
    i = Context ? SlotOf(Context) : -1;
    if (i >= 0 && (Slot[i].Kind == 'p' || Slot[i].Kind == 'l') && H_Slot(i) == Context)
      Free(Context, Slot[i].Kind);
    while (Armeds)
      KeCancelTimer((PKTIMER)Armed[0].At);
  }
  if ((Env & ENV_FREES) && (I->Origin == ALLOCATED || I->Origin == ASYNC)) {
    if (Irp->MdlAddress && SlotOf(Irp->MdlAddress) >= 0)
      IoFreeMdl(Irp->MdlAddress);
    IoFreeIrp(Irp);
    return STATUS_MORE_PROCESSING_REQUIRED;
  }
  return Env & ENV_KEEPS ? STATUS_MORE_PROCESSING_REQUIRED : STATUS_CONTINUE_COMPLETION;
}

void K_CompletesIrp(const char *Name, PIRP Irp, NTSTATUS Status, int HasStatus) {
  (void)Name;
  InfoOf(Irp, "complete-unknown");
  Use(InfoOf(Irp, ""), "complete");
  if (HasStatus)
    Irp->IoStatus.Status = Status;
  IofCompleteRequest(Irp, 0);
}

long K_Unknown(const char *Name, char Kind) {
  Text("call ", Name, "", "");
  H_Called(Name);
  switch (Kind) {
  case 'N':
    return H_Choose(2, Name) ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
  case 'B':
    return !H_Choose(2, Name);
  case 'I':
    return H_Choose(3, Name);
  }
  return 0;
}
void *K_UnknownPointer(const char *Name) {
  Text("call ", Name, "", "");
  return H_Choose(2, Name) ? NULL : K_Memory(512, Name);
}
void K_GivenIrp(const char *Name, PIRP Irp) {
  (void)Name;
  if (Irp && (H_Environment() & ENV_TAKES))
    Take(Irp);
}
WEAK BOOLEAN Maybe(VOID) { return (BOOLEAN)K_Unknown("Maybe", 'B'); }
WEAK ULONG DriverNumber(VOID) __asm__("Number");
WEAK ULONG DriverNumber(VOID) { return (ULONG)K_Unknown("Number", 'I'); }
WEAK NTSTATUS Prepare(PVOID Ext) {
  (void)Ext;
  return (NTSTATUS)K_Unknown("Prepare", 'N');
}

void K_CompleteInto(PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context) {
  INFO *I = InfoOf(Irp, "");
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Routine, Context, TRUE, TRUE, TRUE);
  Irp->CurrentLocation--;
  Irp->Tail.Overlay.CurrentStackLocation--;
  IoGetCurrentIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED;
  I->State = LOWER;
  Lower(I, H_Choose(2, "status of the IRP") ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS);
}

/* --- The end of a run ---------------------------------------------------------------------------
 */

void K_Reset(void) {
  int i;
  for (i = 0; i < SlotsUsed; i++)
    if (Slot[i].State != LIVE || Slot[i].Kind == 'i')
      H_Protect(i, 0);
  for (i = 0; i < SavedUsed; i++)
    memcpy(Names[Saved[i].Name].At, Saved[i].Bytes, Names[Saved[i].Name].Size);
  SavedUsed = 0;
  SlotsUsed = Infos = Helds = NamesUsed = Registrations = Laters = WorksUsed = Armeds = 0;
  Succeeded = Failed = SpinLocks = Critical = Returned = Steps = Sent = CompletedHere =
      SignaturesUsed = 0;
  Role = ReturnKind = 0;
  Own = K_Device("the driver's device");
}
PDEVICE_OBJECT K_OwnDevice(void) { return Own; }

void K_Returned(char TheRole, char Kind, long long Value) {
  char Room[30];
  Role = TheRole;
  ReturnKind = Kind;
  ReturnValue = Value;
  Returned = 1;
  if (Kind == 'N')
    Text("returns ", StatusName((NTSTATUS)Value, Room), "", "");
  else if (Kind == 'P')
    Text("returns ", Value ? "a pointer" : "NULL", "", "");
  else
    PutName(Room, Kind == 'V' ? "returns" : "returns ",
            Kind == 'V' ? 0 : (unsigned long long)Value),
        Text(Room, "", "", "");
}

int K_Failure(void) {
  return ReturnKind == 'N'                        ? (NTSTATUS)ReturnValue < 0
         : ReturnKind == 'B' || ReturnKind == 'P' ? ReturnValue == 0
                                                  : 0;
}

/* Can the driver still find it: from what it was given, its variables, its memory, its IRPs? */
static unsigned char Reached[SLOTS];
static void Look(const void *At, SIZE_T Size) {
  const ULONG_PTR *Words = (const ULONG_PTR *)At;
  SIZE_T i;
  for (i = 0; i < Size / sizeof(ULONG_PTR); i++) {
    int s = SlotOf((const void *)Words[i]);
    if (s >= 0 && !Reached[s]) {
      Reached[s] = 1;
      if (Slot[s].State == LIVE && Slot[s].Kind != 'i')
        Look(H_Slot(s), Slot[s].Size);
    }
  }
}

static void LostOf(INFO *I) {
  int Kept = Reached[I->Slot];
  int MustNotFail = (I->Major == IRP_MJ_CLOSE || I->Major == IRP_MJ_CLEANUP) ||
                    (I->Major == IRP_MJ_PNP && (I->Minor == 2 || I->Minor == 3 || I->Minor == 4 ||
                                                I->Minor == 6 || I->Minor == 0x17)) ||
                    (I->Major == IRP_MJ_POWER && I->Minor == 2) || (I->Flags & IRP_PAGING_IO);
  if (I->State == DONE) {
    if (I->Ends > 1)
      Fault("completed-twice", I->Irp);
    if (MustNotFail && Failed && !I->Sends)
      Fault("must-not-fail", I->Irp);
    if (Role == 'd' || Role == 'p') {
      int Pending = ReturnKind == 'N' && (NTSTATUS)ReturnValue == STATUS_PENDING;
      if (I->PendingReturned && !Pending)
        Fault("pending-not-returned", I->Irp);
      else if (!I->PendingReturned && Pending)
        Fault("pending-not-marked", I->Irp);
      else if (!Pending && ReturnKind == 'N' && (NTSTATUS)ReturnValue != I->Final)
        Fault("other-status-returned", I->Irp);
    }
    return;
  }
  if (I->State == TAKEN)
    return;
  if (I->State == LOWER) {
    Fault("harness", I->Irp);
    return;
  }
  if (Role == 'd' || Role == 'p' || Role == 'c') {
    if (Kept && (Role == 'c' || (NTSTATUS)ReturnValue == STATUS_PENDING))
      return;
    Fault("lost", I->Irp);
    return;
  }
  /* The caller has it back; a result must tell. */
  Show(I);
  if (Kept && ReturnKind == 'N' && (NTSTATUS)ReturnValue == STATUS_PENDING)
    return;
  if (K_Failure()) {
    if (IoGetCurrentIrpStackLocation(I->Irp)->Control & SL_PENDING_RETURNED)
      Fault("pending-marked-and-failed", I->Irp);
    return;
  }
  /* Sent, came back and was kept by its routine: the caller completes it. */
  if (I->Sends && I->State == DRIVER && !Failed)
    return;
  if (I->Sends && ReturnKind != 'V')
    return;
  if (I->Sends)
    return;
  Fault("lost", I->Irp);
}

void K_Quiet(void) {
  while (Progress())
    ;
}

/* 0 nothing to say; else the function's IRP went back to its caller. */
int K_LeftToCaller(void) {
  int i;
  for (i = 0; i < Infos; i++)
    if (Info[i].Origin == OTHERS && Info[i].State == DRIVER && !Info[i].Sends)
      return 1;
  return 0;
}

void K_Account(void) {
  int i;
  char Room[60];
  memset(Reached, 0, sizeof(Reached));
  for (i = 0; i < SlotsUsed; i++)
    if (Slot[i].Kind == 'g' && Slot[i].State == LIVE)
      Look(H_Slot(i), Slot[i].Size);
  for (i = 0; i < NamesUsed; i++)
    if (Names[i].Global)
      Look(Names[i].At, Names[i].Size);
  for (i = 0; i < Infos; i++) {
    INFO *I = &Info[i];
    if (I->Origin == OTHERS)
      LostOf(I);
    else if (I->Origin != OWN && I->State == DRIVER && !Reached[I->Slot])
      H_Fault("irp-not-freed", I->Origin == THREADED ? "a threaded IRP" : "an allocated IRP");
    else if (I->Origin == OWN && I->State == FREED)
      Fault("own-irp-freed", I->Irp);
    if ((I->State == DONE || I->State == FREED) && Reached[I->Slot])
      H_Fault("stale",
              I->Origin == OTHERS ? "a pointer to the IRP" : "a pointer to an IRP of its own");
  }
  for (i = 0; i < Helds; i++) {
    Put(Put(Room, Room + 59, "held "), Room + 59, Held[i].Kind);
    Fault(Room, Held[i].At);
  }
  if (Critical > 0)
    H_Fault("held critical region", "");
  for (i = 0; i < Armeds; i++)
    Fault("timer-armed", Armed[i].At);
  for (i = 0; i < SlotsUsed; i++)
    if (Slot[i].State == LIVE && !Reached[i] && Slot[i].Kind != 'g' && Slot[i].Kind != 'i')
      H_Fault("not-freed", Slot[i].Kind == 'p'   ? "pool memory"
                           : Slot[i].Kind == 'l' ? "lookaside memory"
                           : Slot[i].Kind == 'd' ? "an MDL"
                                                 : "a work item");
  for (i = 0; i < Registrations; i++) {
    INFO *I = InfoOf(Registered[i].Irp, "");
    if (I->State == DONE || I->State == FREED ||
        (I->State == DRIVER && I->Origin != OWN && !Reached[I->Slot] &&
         (I->Origin != OTHERS || K_Failure())))
      H_Fault("registered-not-sent", "");
  }
  for (i = 0; i < NamesUsed; i++) {
    long long Now = ValueOf(&Names[i]);
    if (Names[i].Kind == 'c' && Now != Names[i].Before) {
      PutNumber(Put(Room, Room + 40, Now > Names[i].Before ? "counted +" : "counted -"), Room + 59,
                (unsigned long long)(Now > Names[i].Before ? Now - Names[i].Before
                                                           : Names[i].Before - Now),
                10);
      H_Fault(Room, Names[i].Name);
    } else if (Names[i].Kind == 'e' && (Now != 0) != (Names[i].Before != 0))
      H_Fault(Now ? "event-set" : "event-cleared", Names[i].Name);
  }
}

int K_Succeeded(void) { return Succeeded; }
int K_Failed(void) { return Failed; }
int K_Sent(void) { return Sent; }
int K_CompletedHere(void) { return CompletedHere; }
int K_Signature(int i, unsigned long long *To) {
  if (i >= SignaturesUsed)
    return 0;
  *To = Signatures[i];
  return 1;
}
const char *K_NameOf(const void *At) { return NameOf(At); }
void K_Fault(const char *Kind, const void *Object) { Fault(Kind, Object); }
