#include "app/window/thread_priority.h"

#include <sys/resource.h>
#include <unistd.h>

#include <ctime>

namespace zscape {

void lowerThisThread(int nice) {
    // Linux keeps nice values a thread, whatever POSIX says; new threads inherit that of the one that starts them.
    // Beside what the program was started with (`nice zscape`). A refusal costs smoothness at most.
    const auto thread = static_cast<id_t>(::gettid());
    static_cast<void>(::setpriority(PRIO_PROCESS, thread, ::getpriority(PRIO_PROCESS, thread) + nice));
}

double threadCpuSeconds() {
    std::timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

} // namespace zscape
