# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The archive and the installer for Windows:
#
#   bin/           the executables
#   lib/clang/NN/  clang's own headers
#   build/native/  for Visual Studio, and as NuGet wants it
#   doc/           the pages, the checks' pages, examples
#   sample/        the sample driver with its project
#   licenses/      of all that is inside

install(DIRECTORY msbuild/ DESTINATION build/native COMPONENT tools)
install(DIRECTORY test/drivers/filter/ DESTINATION sample COMPONENT tools
  FILES_MATCHING PATTERN "*.c" PATTERN "*.h" PATTERN "*.vcxproj")
install(FILES LICENSE DESTINATION licenses COMPONENT tools)
# Of LLVM; and, in a cross build, of the run-time libraries that are linked in.
foreach(license
    "LLVM=${LLVM_BUILD_MAIN_SRC_DIR}/LICENSE.TXT"
    "LLVM=${LLVM_INSTALL_PREFIX}/share/doc/LLVM/LICENSE.TXT"
    "MinGW-w64=/usr/share/doc/mingw-w64-x86-64-dev/copyright"
    "GCC-runtime=/usr/share/doc/g++-mingw-w64-x86-64-posix/copyright")
  string(REGEX MATCH "^(.*)=(.*)$" ignored "${license}")
  if(EXISTS "${CMAKE_MATCH_2}" AND
      (CMAKE_MATCH_1 STREQUAL "LLVM" OR CMAKE_CROSSCOMPILING))
    install(FILES "${CMAKE_MATCH_2}" DESTINATION licenses
      RENAME "${CMAKE_MATCH_1}.txt" COMPONENT tools)
  endif()
endforeach()

set(CPACK_GENERATOR ZIP)
find_program(WDM_MAKENSIS makensis)
if(WDM_MAKENSIS)
  list(APPEND CPACK_GENERATOR NSIS)
else()
  message(STATUS "No makensis: an archive, and no installer")
endif()
set(CPACK_PACKAGE_FILE_NAME "wdm-tidy-${PROJECT_VERSION}-windows-x64")
set(CPACK_PACKAGE_INSTALL_DIRECTORY wdm-tidy)
set(CPACK_NSIS_DISPLAY_NAME "wdm-tidy ${PROJECT_VERSION}")
set(CPACK_NSIS_PACKAGE_NAME "wdm-tidy ${PROJECT_VERSION}")
set(CPACK_NSIS_INSTALL_ROOT "$PROGRAMFILES64")
# Not CPACK_NSIS_ENABLE_UNINSTALL_BEFORE_INSTALL: who has deleted the folder by hand
# could never install again.
set(CPACK_NSIS_INSTALLED_ICON_NAME "bin\\\\wdm-lint.exe")
set(CPACK_NSIS_MODIFY_PATH ON)
set(CPACK_NSIS_COMPRESSOR "/SOLID lzma")
# The stub of 64 bits, as what it installs.
set(CPACK_NSIS_DEFINES "Target amd64-unicode")
