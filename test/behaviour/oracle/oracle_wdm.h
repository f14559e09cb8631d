/* Stands for test/Inputs/oracle_wdm.h, so that the functions that scripts/oracle generates run on the fake kernel:
 * the headers that the other drivers of this test have, and what is the generator's own. */
#ifndef ORACLE_WDM_H
#define ORACLE_WDM_H
#if ORACLE_CALLDRIVER == 0 && defined(ORACLE_CALLDRIVER)
#define WDM_CALLDRIVER_FUNCTION
#elif ORACLE_CALLDRIVER == 2
#define WDM_CALLDRIVER_OBJECT_MACRO
#endif
#include "wdmx.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _DEVICE_EXTENSION {
  PDEVICE_OBJECT Self;
  PDEVICE_OBJECT Lower;
  PDEVICE_OBJECT Other;
  IO_REMOVE_LOCK Lock;
  LIST_ENTRY Queue;
  BOOLEAN Enabled;
  ULONG State;
  PIRP Irp;
  PIRP Irps[2];
  PIRP Pending;
  NTSTATUS LastStatus;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

typedef struct _CONTEXT_BLOCK {
  NTSTATUS Status;
  BOOLEAN Ok;
  PIRP Irp;
} CONTEXT_BLOCK;

extern NTSTATUS g_LastStatus;
extern PIRP g_Irp;
extern BOOLEAN g_Verbose;

BOOLEAN DrvFlag(VOID);
ULONG DrvMode(VOID);
NTSTATUS DrvStart(VOID);
NTSTATUS DrvPrepare(PDEVICE_EXTENSION Extension);
VOID DrvProcess(PIRP Irp);
NTSTATUS DrvHandle(PIRP Irp);
VOID DrvQueue(PDEVICE_EXTENSION Extension, PIRP Irp);
VOID DrvTakeStatus(NTSTATUS Status);
NTSTATUS DrvFail(PIRP Irp, NTSTATUS Status);
BOOLEAN DrvSaysOk(NTSTATUS Status);
IO_COMPLETION_ROUTINE DrvDone;

#ifdef __cplusplus
}

class IRP_HOLDER {
public:
  explicit IRP_HOLDER(PIRP Irp) : m_Irp(Irp) {}
  ~IRP_HOLDER() {
    if (m_Irp != nullptr)
      IoFreeIrp(m_Irp);
  }
  IRP_HOLDER(const IRP_HOLDER &) = delete;
  IRP_HOLDER &operator=(const IRP_HOLDER &) = delete;
  PIRP get() const { return m_Irp; }
  PIRP release() {
    PIRP Irp = m_Irp;
    m_Irp = nullptr;
    return Irp;
  }

private:
  PIRP m_Irp;
};
#endif

#endif
