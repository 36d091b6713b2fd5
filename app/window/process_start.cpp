#include "app/window/process_start.h"

#include <ctime>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <unistd.h>

namespace zscape {

double millisecondsSinceProcessStart() {
    std::ifstream stat("/proc/self/stat");
    std::string text;
    std::getline(stat, text);
    const std::size_t close = text.rfind(')'); // the program's name may hold spaces
    if (close == std::string::npos) return std::numeric_limits<double>::quiet_NaN();
    std::istringstream fields(text.substr(close + 1));
    std::string field;
    // Field 22 of proc(5), start time in clock ticks since boot; the first after the name is field 3.
    for (int number = 3; number <= 22; ++number) {
        fields >> field;
    }
    std::timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    const double sinceBoot = static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
    const double start = std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
    return (sinceBoot - start) * 1000;
}

} // namespace zscape
