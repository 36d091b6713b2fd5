#pragma once

namespace zscape {

/// How far work steps back behind the window (nice values: 0 is the window's own).
inline constexpr int trainingNice = 5;
inline constexpr int encodingNice = 19;
inline constexpr int aheadNice = 10; ///< of what is drawn when it is there, beside what the user does meanwhile

/// Makes the calling thread, and every thread it starts from now on, give way to others by `nice` steps. There is no
/// way back, so it is for threads that end with their work; the other threads of the program keep their priority.
void lowerThisThread(int nice);

/// Processor time the calling thread has used [s].
double threadCpuSeconds();

} // namespace zscape
