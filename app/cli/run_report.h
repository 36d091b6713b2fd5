#pragma once

#include "core/train/training_run.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace zscape::cli {

/// "3 h 05 min", "26 min", "42 s".
std::string durationText(double seconds);

/// Tells a person how a run goes: one line that is overwritten on a terminal (stderr), a line an epoch elsewhere
/// (stdout), at most one a second. The run's thread.
class RunReport {
public:
    explicit RunReport(int epochs); ///< of the whole run
    ~RunReport();                   ///< clears its line
    RunReport(const RunReport&) = delete;
    RunReport& operator=(const RunReport&) = delete;

    void epochDone(const EpochRecord& record);
    void progressed(const RunProgress& progress);
    void warning(const std::string& sentence);
    /// The line of the last epoch, if it was not shown.
    void finish();

private:
    void clearLine();
    void printLast();

    bool m_hasLine;     ///< stderr is a terminal
    bool m_printsLines; ///< stdout is none, or there is no line on stderr
    int m_epochs;
    std::optional<EpochRecord> m_last;
    bool m_lastPrinted = true;
    std::chrono::steady_clock::time_point m_printed;
};

/// One line of JSON with the options, then one an epoch. A resumed run goes on in the file of the run before it: lines
/// of epochs after the checkpoint, which will come again, and a line that a kill cut off are taken out.
class JsonLog {
public:
    /// `epoch` whole epochs were done before. Throws Error when the file cannot be written.
    JsonLog(std::filesystem::path path, const std::string& optionsLine, int epoch);
    /// Returns false, once, when the line could not be written; the log ends there.
    bool write(const EpochRecord& record);

private:
    std::filesystem::path m_path;
    std::ofstream m_stream;
    bool m_failed = false;
};
/// The options of a run and the numbers of its stars as a line for JsonLog.
std::string optionsLine(const TrainingOptions& options, const TrainingData& data);

} // namespace zscape::cli
