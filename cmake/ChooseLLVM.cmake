# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Included before project(). Where the user names no LLVM, takes the newest of
# /usr/lib/llvm-* that can build the module, and where the user names no
# compiler, the clang++ of the chosen LLVM: it needs half of g++'s time.

set(WDM_LLVM_NAMED FALSE)
foreach(var CMAKE_PREFIX_PATH LLVM_DIR Clang_DIR LLVM_ROOT Clang_ROOT)
  if(${var} OR DEFINED ENV{${var}})
    set(WDM_LLVM_NAMED TRUE)
  endif()
endforeach()

if(NOT WDM_LLVM_NAMED AND NOT CMAKE_HOST_WIN32)
  file(GLOB candidates LIST_DIRECTORIES true /usr/lib/llvm-*)
  list(SORT candidates COMPARE NATURAL ORDER DESCENDING)
  set(seen)
  foreach(dir IN LISTS candidates)
    if(NOT dir MATCHES "/llvm-([0-9]+)$")
      continue()
    endif()
    list(APPEND seen "${dir}")
    if(CMAKE_MATCH_1 GREATER_EQUAL WDM_LLVM_MINIMUM
        AND EXISTS "${dir}/lib/cmake/clang/ClangConfig.cmake"
        AND EXISTS "${dir}/include/clang-tidy/ClangTidyCheck.h")
      set(CMAKE_PREFIX_PATH "${dir}" CACHE PATH "The LLVM to build for")
      break()
    endif()
  endforeach()
  if(NOT CMAKE_PREFIX_PATH)
    if(seen)
      list(JOIN seen ", " seen)
      set(found "found only ${seen}: too old, or without development files")
    else()
      set(found "found none in /usr/lib/llvm-*")
    endif()
    message(FATAL_ERROR
      "No LLVM ${WDM_LLVM_MINIMUM} or newer to build for (${found}).\n"
      "On Debian: apt-get install clang-22 libclang-22-dev llvm-22-dev\n"
      "Elsewhere: -DCMAKE_PREFIX_PATH=<where LLVM is installed>")
  endif()
endif()

# Said here, before find_package() stumbles over a part of an old LLVM, or, if a
# prefix is not there, goes on to any LLVM that it knows of.
foreach(dir IN LISTS CMAKE_PREFIX_PATH)
  set(version)
  if(EXISTS "${dir}/lib/cmake/llvm/LLVMConfigVersion.cmake")
    file(STRINGS "${dir}/lib/cmake/llvm/LLVMConfigVersion.cmake" version
      REGEX "PACKAGE_VERSION \"[0-9.]+" LIMIT_COUNT 1)
    string(REGEX MATCH "[0-9]+[0-9.]*" version "${version}")
    if(version AND version VERSION_LESS WDM_LLVM_MINIMUM)
      message(FATAL_ERROR
        "LLVM ${version} in ${dir} is too old: the wdm module needs LLVM "
        "${WDM_LLVM_MINIMUM} or newer.")
    endif()
  endif()
  if(dir MATCHES "llvm-([0-9]+)/*$" AND NOT
      EXISTS "${dir}/lib/cmake/clang/ClangConfig.cmake")
    set(major ${CMAKE_MATCH_1})
    message(FATAL_ERROR
      "CMAKE_PREFIX_PATH names ${dir}, which has no ClangConfig.cmake.\n"
      "On Debian: apt-get install clang-${major} "
      "libclang-${major}-dev llvm-${major}-dev")
  endif()
endforeach()

if(NOT CMAKE_HOST_WIN32)
  foreach(dir IN LISTS CMAKE_PREFIX_PATH)
    if(NOT EXISTS "${dir}/bin/clang++")
      continue()
    endif()
    if(NOT CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX})
      set(CMAKE_CXX_COMPILER "${dir}/bin/clang++" CACHE FILEPATH "")
      if(NOT CMAKE_C_COMPILER AND NOT DEFINED ENV{CC})
        set(CMAKE_C_COMPILER "${dir}/bin/clang" CACHE FILEPATH "")
      endif()
    endif()
    break()
  endforeach()
endif()
