#ifndef SERTAP_IRP_H
#define SERTAP_IRP_H

#include <ntddk.h>

namespace sertap {

class IrpPtr {
public:
    explicit IrpPtr(PIRP irp) : irp_(irp) {}
    IrpPtr(IrpPtr &&other) : irp_(other.release()) {}
    IrpPtr(const IrpPtr &) = delete;
    IrpPtr &operator=(const IrpPtr &) = delete;

    ~IrpPtr()
    {
        if (irp_ != nullptr) {
            IoFreeIrp(irp_);
        }
    }

    explicit operator bool() const { return irp_ != nullptr; }
    PIRP get() const { return irp_; }
    PIRP operator->() const { return irp_; }

    PIRP release()
    {
        PIRP irp = irp_;
        irp_ = nullptr;
        return irp;
    }

private:
    PIRP irp_;
};

class Event {
public:
    Event() { KeInitializeEvent(&event_, NotificationEvent, FALSE); }

    void wait() { KeWaitForSingleObject(&event_, Executive, KernelMode, FALSE, nullptr); }
    void set() { KeSetEvent(&event_, IO_NO_INCREMENT, FALSE); }

private:
    KEVENT event_;
};

}

#endif
