/* Runs a driver that is linked to the fake kernel: the part that needs the host's C library.
 *
 *   driver ROOT ENVIRONMENT LIMIT            every run, a line each
 *   driver ROOT ENVIRONMENT - 0,1,...        one run, told step by step
 *
 * A line, separated by tabs: what was chosen; registrations that succeeded, that failed; IRPs sent;
 * whether the caller has its IRP back; IRPs that the driver completed; whether the result tells of
 * a failure (-1: the run was cut short); a sum of the story; a sum of each request as the lower
 * driver saw it; functions of other files that were called; faults. All series of choices are
 * tried, depth first. Where there are more than LIMIT, as many again are drawn; the same ones for
 * each version of a driver. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>

#define MS __attribute__((ms_abi))
enum { PAGE = 4096, SLOTS = 96, MAX = 200 };

MS void K_Reset(void);
MS void K_Quiet(void);
MS void K_Account(void);
MS int K_Succeeded(void);
MS int K_Failed(void);
MS int K_Sent(void);
MS int K_CompletedHere(void);
MS int K_LeftToCaller(void);
MS int K_Failure(void);
MS int K_Signature(int, unsigned long long *);
MS const char *K_NameOf(const void *);
MS void Driver_Run(int Root);

static char *Pages;
static sigjmp_buf Out;
static volatile int Chosen[MAX], Counts[MAX], Depth, Given;
static const char *Labels[MAX];
static uint64_t Seed;
static volatile unsigned long Runs;
static volatile int Inside;
static int Environment, Tell;
static uint64_t Story;
static char Faults[4096], Called[1000];
static char *StackTop;

MS void *H_Slot(int Slot) { return Pages + (size_t)Slot * PAGE; }
MS void H_Protect(int Slot, int Hide) {
  mprotect(H_Slot(Slot), PAGE, Hide ? PROT_NONE : PROT_READ | PROT_WRITE);
}
MS int H_Environment(void) { return Environment; }
MS int H_OnStack(const void *At) {
  return (char *)At < StackTop && (char *)At > StackTop - (4 << 20);
}

MS void H_Text(const char *Text) {
  if (Tell)
    printf("  %s\n", Text);
  for (; *Text; Text++)
    Story = (Story ^ (unsigned char)*Text) * 1099511628211ULL;
  Story = (Story ^ '\n') * 1099511628211ULL;
}
MS void H_Fault(const char *Kind, const char *Object) {
  size_t Length = strlen(Faults);
  char Room[300];
  snprintf(Room, sizeof(Room), "%s%s%s", Kind, *Object ? ": " : "", Object);
  if (Tell)
    printf("  ! %s\n", Room);
  if (Length + strlen(Room) + 2 < sizeof(Faults)) {
    /* The same once. */
    char Search[310], All[sizeof(Faults) + 2];
    snprintf(Search, sizeof(Search), "|%s|", Room);
    snprintf(All, sizeof(All), "|%s", Faults);
    if (!strstr(All, Search)) {
      strcat(Faults, Room);
      strcat(Faults, "|");
    }
  }
}

MS void H_Called(const char *Name) {
  if (strlen(Called) + strlen(Name) + 2 < sizeof(Called))
    strcat(strcat(Called, Name), ",");
}

MS void __attribute__((noreturn)) H_Stop(void) { siglongjmp(Out, 1); }

static uint64_t Mix(uint64_t X) {
  X += 0x9e3779b97f4a7c15ULL;
  X = (X ^ (X >> 30)) * 0xbf58476d1ce4e5b9ULL;
  X = (X ^ (X >> 27)) * 0x94d049bb133111ebULL;
  return X ^ (X >> 31);
}

MS int H_Choose(int Count, const char *What) {
  int At = Depth;
  if (At == MAX) {
    H_Fault("never-ends", "too many choices");
    H_Stop();
  }
  if (At >= Given)
    Chosen[At] = Seed ? (int)(Mix(Seed * 1000 + At) % Count) : 0;
  if (Chosen[At] >= Count)
    Chosen[At] = Count - 1;
  Counts[At] = Count;
  Labels[At] = What;
  Depth++;
  return Chosen[At];
}

static void Broken(int Signal, siginfo_t *Info, void *Context) {
  char *At = (char *)Info->si_addr;
  (void)Context;
  if (Signal == SIGVTALRM) {
    static unsigned long Before;
    static int Again;
    Again = Inside && Before == Runs ? Again + 1 : 0;
    Before = Runs;
    if (Again < 3)
      return;
    Again = 0;
    H_Fault("never-ends", "a loop");
  } else if (Signal == SIGSEGV && At >= Pages && At < Pages + SLOTS * PAGE) {
    H_Fault("touch-dead", K_NameOf(At));
  } else {
    H_Fault("crash", At < (char *)65536 ? "a NULL pointer" : "");
  }
  if (Inside)
    siglongjmp(Out, 2);
  abort();
}

static void Run(int Root) {
  int i, Stopped;
  char Here;
  StackTop = &Here;
  Runs++;
  Depth = 0;
  Story = 14695981039346656037ULL;
  Faults[0] = Called[0] = 0;
  Inside = 1;
  Stopped = sigsetjmp(Out, 1);
  if (!Stopped) {
    K_Reset();
    Driver_Run(Root);
    K_Quiet();
    K_Account();
  }
  Inside = 0;
  if (Tell)
    return;
  for (i = 0; i < Depth; i++)
    printf("%s%s=%d", i ? "," : "", Labels[i], Chosen[i]);
  printf("\t%d\t%d\t%d\t%d\t%d\t%d\t%llx\t", K_Succeeded(), K_Failed(), K_Sent(), K_LeftToCaller(),
         K_CompletedHere(), Stopped ? -1 : K_Failure(), (unsigned long long)Story);
  {
    unsigned long long Sum;
    for (i = 0; K_Signature(i, &Sum); i++)
      printf("%llx,", Sum);
  }
  printf("\t%s\t%s\n", Called, Faults);
}

int main(int Count, char **Arguments) {
  struct sigaction Action;
  struct itimerval Timer = {{0, 100000}, {0, 100000}};
  static char Alternate[1 << 16];
  stack_t Stack = {.ss_sp = Alternate, .ss_size = sizeof(Alternate)};
  int Root, Limit;
  long i;
  if (Count < 4)
    return 2;
  Root = atoi(Arguments[1]);
  Environment = atoi(Arguments[2]);
  Limit = atoi(Arguments[3]);
  /* Always there: what is told of a run must not depend on an address. */
  Pages = mmap((void *)0x200000000, SLOTS * PAGE, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (Pages == MAP_FAILED)
    return 2;
  sigaltstack(&Stack, NULL);
  memset(&Action, 0, sizeof(Action));
  Action.sa_sigaction = Broken;
  Action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigaction(SIGSEGV, &Action, NULL);
  sigaction(SIGBUS, &Action, NULL);
  sigaction(SIGFPE, &Action, NULL);
  sigaction(SIGILL, &Action, NULL);
  sigaction(SIGTRAP, &Action, NULL);
  sigaction(SIGVTALRM, &Action, NULL);
  setitimer(ITIMER_VIRTUAL, &Timer, NULL);
  if (Count == 5) {
    char *At = Arguments[4];
    Tell = 1;
    while (*At)
      Chosen[Given++] = (int)strtol(At, &At, 10), At += *At == ',';
    Run(Root);
    return 0;
  }
  for (i = 0; i < Limit; i++) {
    Run(Root);
    for (Given = Depth; Given > 0 && Chosen[Given - 1] + 1 >= Counts[Given - 1]; Given--)
      ;
    if (Given == 0)
      return 0;
    Chosen[Given - 1]++;
  }
  puts("sampled");
  Given = 0;
  for (Seed = 1; Seed <= (uint64_t)Limit; Seed++)
    Run(Root);
  return 0;
}
