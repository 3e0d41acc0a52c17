# The language level and the flags every target of ours is built with.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

# Carried by every target made with amends_*; third-party code is built without it.
add_library(amends_flags INTERFACE)
target_compile_options(amends_flags INTERFACE -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor
                                              -fvisibility=hidden -fstack-protector-strong)
target_include_directories(amends_flags INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these inside its own std::string and std::optional at -O2 (GCC bugs 105329, 105651, 105562).
  target_compile_options(amends_flags INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow
                                                -Wno-stringop-overread -Wno-array-bounds)
endif()
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # A type of an anonymous namespace inside a class of its .cc: to a unity build the .cc looks like a header.
  target_compile_options(amends_flags INTERFACE -Wno-subobject-linkage)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT AMENDS_SANITIZE)
  target_compile_options(amends_flags INTERFACE
                         -U_FORTIFY_SOURCE $<$<NOT:$<BOOL:$<TARGET_PROPERTY:AMENDS_TEST_CODE>>>:-D_FORTIFY_SOURCE=2>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # clang 14 wants a second option that says it will go away
    target_compile_options(amends_flags INTERFACE -ftrivial-auto-var-init=zero)
  endif()
  target_compile_definitions(amends_flags INTERFACE _GLIBCXX_ASSERTIONS)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g1")
if(AMENDS_SANITIZE)
  add_compile_options(-fsanitize=${AMENDS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${AMENDS_SANITIZE})
  if(AMENDS_SANITIZE MATCHES "address,undefined")
    # What address says too, and what this processor bears: they cost a third of the build.
    add_compile_options(-fno-sanitize=null,alignment,object-size,vptr)
  endif()
endif()
if(AMENDS_FUZZ)
  # Coverage for the fuzzers in all that is ours; a program without a fuzz target only carries the counters.
  target_compile_options(amends_flags INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(amends_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
add_link_options(-Wl,-z,relro,-z,now)
