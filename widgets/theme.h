#pragma once

namespace zscape {

enum class Theme { Light, Dark };

} // namespace zscape
