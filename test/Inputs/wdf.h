/* A stub of the KMDF headers: the functions that send a WDM IRP, in their real shape (an
 * inline function that calls through the framework's function table). */
#ifndef TEST_INPUTS_WDF_H
#define TEST_INPUTS_WDF_H

#include "wdm.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct WDFDEVICE__ *WDFDEVICE;
typedef struct WDFQUEUE__ *WDFQUEUE;
typedef PVOID WDFCONTEXT;
typedef struct _WDF_DRIVER_GLOBALS *PWDF_DRIVER_GLOBALS;
typedef VOID (*WDFFUNC)(VOID);

extern const WDFFUNC *WdfFunctions;
extern PWDF_DRIVER_GLOBALS WdfDriverGlobals;

typedef enum _WDFFUNCENUM {
  WdfDeviceWdmDispatchPreprocessedIrpTableIndex = 28,
  WdfDeviceWdmDispatchIrpTableIndex = 417,
  WdfDeviceWdmDispatchIrpToIoQueueTableIndex = 418
} WDFFUNCENUM;

typedef NTSTATUS(NTAPI *PFN_WDFDEVICEWDMDISPATCHPREPROCESSEDIRP)(PWDF_DRIVER_GLOBALS, WDFDEVICE, PIRP);
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEWDMDISPATCHIRP)(PWDF_DRIVER_GLOBALS, WDFDEVICE, PIRP, WDFCONTEXT);
typedef NTSTATUS(NTAPI *PFN_WDFDEVICEWDMDISPATCHIRPTOIOQUEUE)(PWDF_DRIVER_GLOBALS, WDFDEVICE, PIRP,
                                                              WDFQUEUE, ULONG);

FORCEINLINE NTSTATUS WdfDeviceWdmDispatchPreprocessedIrp(WDFDEVICE Device, PIRP Irp) {
  return ((PFN_WDFDEVICEWDMDISPATCHPREPROCESSEDIRP)
              WdfFunctions[WdfDeviceWdmDispatchPreprocessedIrpTableIndex])(WdfDriverGlobals, Device,
                                                                           Irp);
}

FORCEINLINE NTSTATUS WdfDeviceWdmDispatchIrp(WDFDEVICE Device, PIRP Irp, WDFCONTEXT DispatchContext) {
  return ((PFN_WDFDEVICEWDMDISPATCHIRP)WdfFunctions[WdfDeviceWdmDispatchIrpTableIndex])(
      WdfDriverGlobals, Device, Irp, DispatchContext);
}

FORCEINLINE NTSTATUS WdfDeviceWdmDispatchIrpToIoQueue(WDFDEVICE Device, PIRP Irp, WDFQUEUE Queue,
                                                      ULONG Flags) {
  return ((PFN_WDFDEVICEWDMDISPATCHIRPTOIOQUEUE)
              WdfFunctions[WdfDeviceWdmDispatchIrpToIoQueueTableIndex])(WdfDriverGlobals, Device, Irp,
                                                                        Queue, Flags);
}

#ifdef __cplusplus
}
#endif

#endif
