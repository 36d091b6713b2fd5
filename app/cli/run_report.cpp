#include "app/cli/run_report.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/model/native_history.h"
#include "core/train/option_fields.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace zscape::cli {

namespace {

using nlohmann::ordered_json;

std::string jsonLine(const ordered_json& json) {
    return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n'; // NaN becomes null
}

template <typename... Values>
std::string formatted(const char* format, Values... values) {
    char text[256];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

std::string epochLine(const EpochRecord& record, int epochs) {
    const std::string of = std::to_string(epochs);
    std::string line = formatted("epoch %*d/%s  loss %10.4f  rec %10.4f  kl %8.4f   ", static_cast<int>(of.size()),
                                 record.epoch, of.c_str(), record.loss, record.rec, record.kl);
    line += std::isnan(record.validationLoss)
                ? "no validation   "
                : formatted("validation %10.4f  rec %10.4f  kl %8.4f   ", record.validationLoss, record.validationRec,
                            record.validationKl);
    return line + formatted("lr %.3e  %.2f s", record.learningRate, record.seconds);
}

std::string progressLine(const RunProgress& progress, const std::optional<EpochRecord>& last) {
    const double done = progress.epoch + static_cast<double>(progress.step) /
                                             static_cast<double>(std::max<std::size_t>(1, progress.stepsPerEpoch));
    std::string line =
        formatted("%3.0f %%  epoch %d/%d", 100 * done / progress.epochs, progress.epoch, progress.epochs);
    if (progress.paused) return line + "  paused";
    if (progress.secondsLeft >= 0) line += "  " + durationText(progress.secondsLeft) + " left";
    if (progress.epochsPerSecond >= 1) {
        line += formatted("  %.1f epochs/s", progress.epochsPerSecond);
    } else if (progress.epochsPerSecond > 0) {
        line += formatted("  %.1f s/epoch", 1 / progress.epochsPerSecond);
    }
    if (last) line += formatted("  loss %.3f", last->loss);
    if (last && !std::isnan(last->validationLoss)) line += formatted("  validation %.3f", last->validationLoss);
    return line;
}

/// A longer line would break, and could not be overwritten.
std::size_t terminalWidth() {
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1) return size.ws_col - 1u;
    return 79;
}

} // namespace

std::string durationText(double seconds) {
    const auto whole = static_cast<long long>(std::ceil(std::max(0.0, seconds)));
    if (whole < 100) return formatted("%lld s", whole);
    const long long minutes = (whole + 30) / 60;
    if (minutes < 100) return formatted("%lld min", minutes);
    return formatted("%lld h %02lld min", minutes / 60, minutes % 60);
}

RunReport::RunReport(int epochs)
    : m_hasLine(isatty(STDERR_FILENO)),
      m_printsLines(!m_hasLine || !isatty(STDOUT_FILENO)),
      m_epochs(epochs) {}

RunReport::~RunReport() {
    clearLine();
}

void RunReport::clearLine() {
    if (m_hasLine) std::fputs("\r\033[K", stderr);
}

void RunReport::printLast() {
    clearLine();
    std::puts(epochLine(*m_last, m_epochs).c_str());
    std::fflush(stdout);
    m_lastPrinted = true;
    m_printed = std::chrono::steady_clock::now();
}

void RunReport::epochDone(const EpochRecord& record) {
    const bool first = !m_last;
    m_last = record;
    m_lastPrinted = false;
    const auto since = std::chrono::steady_clock::now() - m_printed;
    if (m_printsLines && (first || since >= std::chrono::seconds(1))) printLast();
}

void RunReport::progressed(const RunProgress& progress) {
    if (!m_hasLine) return;
    std::fprintf(stderr, "\r\033[K%s", progressLine(progress, m_last).substr(0, terminalWidth()).c_str());
}

void RunReport::warning(const std::string& sentence) {
    clearLine();
    std::fprintf(stderr, "warning: %s\n", sentence.c_str());
}

void RunReport::finish() {
    if (m_last && !m_lastPrinted) printLast();
    clearLine();
}

JsonLog::JsonLog(std::filesystem::path path, const std::string& optionsLine, int epoch) : m_path(std::move(path)) {
    std::string text;
    if (epoch > 0) {
        std::ifstream stream(m_path);
        for (std::string line; std::getline(stream, line);) {
            const ordered_json json = ordered_json::parse(line, nullptr, false);
            if (json.is_discarded() || !json.is_object()) continue;
            if (!json.contains("epoch") || json["epoch"].get<int>() <= epoch) text += line + '\n';
        }
    }
    writeFileAtomically(m_path, text.empty() ? optionsLine : text);
    m_stream.open(m_path, std::ios::app);
    if (!m_stream) throw Error("cannot write the log " + m_path.string() + "; name another file");
}

bool JsonLog::write(const EpochRecord& record) {
    if (m_failed) return true;
    ordered_json json;
    json["epoch"] = record.epoch;
    for (const HistoryColumn& column : historyColumns) {
        json[column.name] = record.*column.member;
    }
    m_stream << jsonLine(json) << std::flush;
    m_failed = !m_stream;
    return !m_failed;
}

std::string optionsLine(const TrainingOptions& options, const TrainingData& data) {
    ordered_json json;
    json["preset"] = presetName(options.architecture.preset);
    json["input_size"] = options.architecture.inputSize;
    json["latent_size"] = options.architecture.latentSize;
    json["layers"] = options.architecture.layers;
    for (const OptionField& field : optionFields) {
        std::visit(
            [&](auto member) {
                using Value = std::decay_t<decltype(options.*member)>;
                if constexpr (std::is_same_v<Value, Schedule>) {
                    json[field.name] = scheduleName(options.*member);
                } else if constexpr (std::is_same_v<Value, Precision>) {
                    json[field.name] = precisionName(options.*member);
                } else {
                    json[field.name] = options.*member;
                }
            },
            field.member);
    }
    ordered_json line;
    line["options"] = std::move(json);
    line["catalogue"] = data.provenance.catalogName;
    line["catalogue_hash"] = data.provenance.catalogHash;
    line["mock_data"] = data.provenance.mockData;
    line["stars"] = data.rows;
    return jsonLine(line);
}

} // namespace zscape::cli
