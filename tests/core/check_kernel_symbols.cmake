# Each kernel object may define one symbol that others see: the table of its own namespace. A weak symbol, such as an
# inline function of the C++ library compiled with AVX-512, could become the program's only copy and crash older machines.
# Usage: cmake -DNM=nm -DSET=avx2 -DOBJECT=kernels.cpp.o -P check_kernel_symbols.cmake
execute_process(COMMAND ${NM} -C -f posix ${OBJECT} OUTPUT_VARIABLE symbols RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "nm failed on ${OBJECT}")
endif()
string(REPLACE "\n" ";" symbols "${symbols}")
set(found OFF)
foreach(line IN LISTS symbols)
  # A type in capitals other than U is visible outside; W, V, v, w and u may be merged with another file's.
  if(line MATCHES " [A-TVWX-Zuvw]( |$)")
    if(line MATCHES "^zscape::kernels::${SET}::table ")
      set(found ON)
    else()
      message(SEND_ERROR "${OBJECT} shows others: ${line}")
    endif()
  endif()
endforeach()
if(NOT found)
  message(FATAL_ERROR "${OBJECT} does not define zscape::kernels::${SET}::table")
endif()
