# amends_library(core_thread DEPENDS core_store …): all of the folder's *.cc but the tests make the library
# amends_<name>; *_test.cc make the test program <name>_test. Files are found by glob, so adding one needs no edit.
# The rig of a connector (*_rig.cc, fake_*.cc: the site, played) is a library of objects amends_<name>_rig, which goes
# into the connector's own test program and into tests/conformance.
# In a unity build (the presets release and asan) a folder is compiled as one file, its tests as another, which takes a
# third of the time. So names in anonymous namespaces are unique in their folder.
function(amends_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;PRIVATE;TEST_DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  set(tests ${sources})
  set(rig ${sources})
  set(kRig "(_rig|/fake_[^/]*)\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "${kRig}")
  list(FILTER rig INCLUDE REGEX "${kRig}")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  if(sources)
    add_library(amends_${name} STATIC ${sources})
    target_link_libraries(amends_${name} PUBLIC amends_flags PRIVATE ${ARG_PRIVATE})
    amends_as_one(amends_${name})
    # Sanitized code is optimised only where tests hand it megabytes: the others build a third faster without.
    if(AMENDS_SANITIZE MATCHES "address" AND NOT name MATCHES "^(base|crypto|html|mime|store|search|thread|identity)$")
      target_compile_options(amends_${name} PRIVATE -O0)
    endif()
    set(scope PUBLIC)
  else()
    add_library(amends_${name} INTERFACE)
    target_link_libraries(amends_${name} INTERFACE amends_flags)
    set(scope INTERFACE)
  endif()
  foreach(d ${ARG_DEPENDS})
    target_link_libraries(amends_${name} ${scope} amends_${d})
  endforeach()
  if(rig AND AMENDS_TESTS)
    add_library(amends_${name}_rig OBJECT ${rig})
    target_link_libraries(amends_${name}_rig PRIVATE amends_${name} ${ARG_PRIVATE} amends_test_support)
    amends_at_source(amends_${name}_rig)
    set_property(GLOBAL APPEND PROPERTY AMENDS_RIGS amends_${name}_rig)
    list(APPEND ARG_TEST_DEPENDS amends_${name}_rig amends_played_sites)
  endif()
  if(tests AND AMENDS_TESTS)
    amends_test(${name}_test SOURCES ${tests} LIBS amends_${name} ${ARG_PRIVATE} ${ARG_TEST_DEPENDS})
  endif()
endfunction()

# One file of all sources in a unity build.
function(amends_as_one target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_BATCH_SIZE 0)
endfunction()

# Where a test finds its fixtures; and how test code is compiled: without optimisation, which halves its build and changes
# nothing of what it looks at.
function(amends_at_source target)
  if(NOT AMENDS_SANITIZE MATCHES "thread")
    set_target_properties(${target} PROPERTIES AMENDS_TEST_CODE ON)
    target_compile_options(${target} PRIVATE -O0)
  endif()
  target_compile_definitions(${target} PRIVATE AMENDS_TEST_FOLDER="${CMAKE_CURRENT_SOURCE_DIR}"
                                               AMENDS_SOURCE_FOLDER="${PROJECT_SOURCE_DIR}")
endfunction()

# A GoogleTest program, registered with ctest test by test; under the sanitizers as one, since starting a process costs
# more there than most tests do.
function(amends_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  amends_as_one(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} amends_test_support GTest::gmock GTest::gtest_main)
  amends_at_source(${name})
  set_property(GLOBAL APPEND PROPERTY AMENDS_TEST_PROGRAMS ${name})
  if(AMENDS_SANITIZE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 900)
  else()
    include(GoogleTest)
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 240)
  endif()
endfunction()

# One channel: its folder's sources become a library and its descriptor joins the built-in list, once there is one: what
# a site's JSON means is written and tested first.
function(amends_connector name)
  amends_library(connector_${name} DEPENDS channel ${ARGN})
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/connector.cc)
    set_property(GLOBAL APPEND PROPERTY AMENDS_CONNECTORS ${name})
  endif()
endfunction()
