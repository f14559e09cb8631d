#ifndef WDM_FIXITS_RESOURCES_H
#define WDM_FIXITS_RESOURCES_H
#include "src/model/Resources.h"
namespace wdm::fixits {
using model::acquiredBy;
using model::givenBackBy;
using model::givesBack;
using model::Resource;
} // namespace wdm::fixits
#endif
