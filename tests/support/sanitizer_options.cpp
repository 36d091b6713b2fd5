// Linked into the tests of a sanitizer build only. HDF5 1.10 asks for absurd amounts of memory (and takes no for an
// answer) and leaks when it opens a damaged file; both are its own, and the damaged-file tests would stop on them.
extern "C" const char* __asan_default_options();
extern "C" const char* __lsan_default_suppressions();

extern "C" const char* __asan_default_options() {
    return "allocator_may_return_null=1";
}
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libhdf5";
}
