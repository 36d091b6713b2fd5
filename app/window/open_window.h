#pragma once

#include "app/cli/command_line.h"

namespace zscape {

/// Shows the window as asked: opens files, or the demo; with a screenshot or an export folder it writes the pictures
/// when idle and leaves. Returns the exit code. Throws Error when there is no display for a window that stays.
int openWindow(const cli::WindowRequest& request, int argc, char** argv);

} // namespace zscape
