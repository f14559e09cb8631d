// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one function of LLVM's code generator for OpenMP that clang's front end
// calls. LLVM has it in a source file that needs the whole optimiser: defined
// here, that file is not linked, and neither is what it needs
// (cmake/windows/LLVM.cmake).

#include "llvm/ADT/StringMap.h"
#include "llvm/Frontend/OpenMP/OMPIRBuilder.h"
#include "llvm/TargetParser/Triple.h"

/// The alignment that `__builtin_omp_required_simd_align` gives: that of the
/// widest vectors of the target, in bits; 0 where there is no such rule. There
/// is no OpenMP in a driver, and nothing here is compiled to code.
unsigned llvm::OpenMPIRBuilder::getOpenMPDefaultSimdAlign(
    const Triple &TargetTriple, const StringMap<bool> &Features) {
  if (!TargetTriple.isX86())
    return 0;
  if (Features.lookup("avx512f"))
    return 512;
  return Features.lookup("avx") ? 256 : 128;
}
