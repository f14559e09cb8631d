# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Cross-compiles on Linux for 64-bit Windows: clang and lld of one LLVM (in
# WDM_HOST_LLVM, /usr/lib/llvm-NN) with the headers, C run-time library and
# libstdc++ of MinGW-w64 (posix threads). Everything is linked statically: the
# executables need no DLL that Windows does not have.

list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WDM_HOST_LLVM)
set(WDM_HOST_LLVM "" CACHE PATH "The LLVM of this machine that compiles")
if(NOT EXISTS "${WDM_HOST_LLVM}/bin/clang++" OR
    NOT EXISTS "${WDM_HOST_LLVM}/bin/ld.lld")
  message(FATAL_ERROR
    "-DWDM_HOST_LLVM=/usr/lib/llvm-NN has to name an LLVM with clang and lld; "
    "'${WDM_HOST_LLVM}' is none. On Debian: apt-get install clang-NN lld-NN")
endif()

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR AMD64)
set(triple x86_64-w64-mingw32)

foreach(language C CXX ASM)
  set(CMAKE_${language}_COMPILER_TARGET ${triple})
endforeach()
set(CMAKE_C_COMPILER "${WDM_HOST_LLVM}/bin/clang")
set(CMAKE_CXX_COMPILER "${WDM_HOST_LLVM}/bin/clang++")
set(CMAKE_ASM_COMPILER "${WDM_HOST_LLVM}/bin/clang")
set(CMAKE_RC_COMPILER ${triple}-windres)
set(CMAKE_AR "${WDM_HOST_LLVM}/bin/llvm-ar" CACHE FILEPATH "")
set(CMAKE_RANLIB "${WDM_HOST_LLVM}/bin/llvm-ranlib" CACHE FILEPATH "")
set(CMAKE_NM "${WDM_HOST_LLVM}/bin/llvm-nm" CACHE FILEPATH "")
set(CMAKE_STRIP "${WDM_HOST_LLVM}/bin/llvm-strip" CACHE FILEPATH "")

set(CMAKE_FIND_ROOT_PATH /usr/${triple})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)

# thread_local is emulated in this libstdc++, and not in clang by default.
set(CMAKE_C_FLAGS_INIT "-femulated-tls -pthread")
set(CMAKE_CXX_FLAGS_INIT "-femulated-tls -pthread")
set(link "-fuse-ld=lld --ld-path=${WDM_HOST_LLVM}/bin/ld.lld -static -pthread")
foreach(kind EXE SHARED MODULE)
  set(CMAKE_${kind}_LINKER_FLAGS_INIT "${link}")
endforeach()
# lld has no --push-state in this mode; CMake asks the compiler's name only.
set(_CMAKE_LINKER_PUSHPOP_STATE_SUPPORTED FALSE)
