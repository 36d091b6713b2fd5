#include "core/base/embedded.h"

extern "C" {
extern const std::byte zscape_xp_tables_begin[];
extern const std::byte zscape_xp_tables_end[];
extern const std::byte zscape_xp_noise_begin[];
extern const std::byte zscape_xp_noise_end[];
extern const std::byte zscape_demo_model_begin[];
extern const std::byte zscape_demo_model_end[];
}

namespace zscape {

std::span<const std::byte> embeddedXpTables() {
    return {zscape_xp_tables_begin, zscape_xp_tables_end};
}
std::span<const std::byte> embeddedXpNoise() {
    return {zscape_xp_noise_begin, zscape_xp_noise_end};
}
std::span<const std::byte> embeddedDemoModel() {
    return {zscape_demo_model_begin, zscape_demo_model_end};
}

} // namespace zscape
