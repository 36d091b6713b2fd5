#include "core/train/training_log.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/model/native_history.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>

namespace zscape {
namespace {

using Member = double EpochRecord::*;

constexpr std::string_view publishedHeader = "time,loss,mse_loss,kld_loss,val_loss,val_mse_loss,val_kld_loss,lr";
constexpr Member publishedColumns[]{
    &EpochRecord::seconds,        &EpochRecord::loss,          &EpochRecord::rec,          &EpochRecord::kl,
    &EpochRecord::validationLoss, &EpochRecord::validationRec, &EpochRecord::validationKl, &EpochRecord::learningRate};

std::string header() {
    std::string text = "epoch";
    for (const HistoryColumn& column : historyColumns) {
        text += std::string(",") + column.name;
    }
    return text;
}

/// Takes numbers from the front of a text.
class Numbers {
public:
    Numbers(std::string_view text, const std::filesystem::path& path) : m_rest(text), m_path(path) {}

    bool atEnd() {
        while (!m_rest.empty() && (m_rest.front() == '\n' || m_rest.front() == '\r')) {
            m_rest.remove_prefix(1);
        }
        return m_rest.empty();
    }
    template <typename T>
    T next(std::size_t row, std::size_t most = std::string_view::npos) {
        const std::string_view text = m_rest.substr(0, most);
        T value{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc()) fail(row);
        m_rest.remove_prefix(static_cast<std::size_t>(end - text.data()));
        return value;
    }
    void comma(std::size_t row) {
        if (m_rest.empty() || m_rest.front() != ',') fail(row);
        m_rest.remove_prefix(1);
    }
    /// The length of a number whose exponent has two digits, whatever follows it.
    std::size_t shortExponentLength(std::size_t row) const {
        const std::size_t mark = m_rest.find('e');
        if (mark == std::string_view::npos || mark + 4 > m_rest.size()) fail(row);
        return mark + 4; // e, sign, two digits
    }

private:
    [[noreturn]] void fail(std::size_t row) const {
        throw Error("row " + std::to_string(row) + " of " + m_path.string() +
                    " is incomplete or holds something else than numbers; is the file whole?");
    }

    std::string_view m_rest;
    const std::filesystem::path& m_path;
};

std::vector<EpochRecord> readOwn(Numbers numbers) {
    std::vector<EpochRecord> history;
    while (!numbers.atEnd()) {
        const std::size_t row = history.size() + 1;
        EpochRecord& record = history.emplace_back();
        record.epoch = numbers.next<int>(row);
        for (const HistoryColumn& column : historyColumns) {
            numbers.comma(row);
            record.*column.member = numbers.next<double>(row);
        }
    }
    return history;
}

std::vector<EpochRecord> readPublished(Numbers numbers) {
    std::vector<EpochRecord> history;
    while (!numbers.atEnd()) {
        const std::size_t row = history.size() + 1;
        EpochRecord& record = history.emplace_back();
        record.epoch = static_cast<int>(row);
        for (const Member member : publishedColumns) {
            const bool isLast = member == &EpochRecord::learningRate;
            if (member != &EpochRecord::seconds) numbers.comma(row);
            record.*member =
                isLast ? numbers.next<double>(row, numbers.shortExponentLength(row)) : numbers.next<double>(row);
        }
    }
    return history;
}

} // namespace

std::string trainingLogText(const std::vector<EpochRecord>& history) {
    std::string text = header() + '\n';
    char number[40];
    for (const EpochRecord& record : history) {
        text += std::to_string(record.epoch);
        for (const HistoryColumn& column : historyColumns) {
            const auto [end, error] = std::to_chars(std::begin(number), std::end(number), record.*column.member);
            text += ',';
            text.append(number, static_cast<std::size_t>(end - number));
        }
        text += '\n';
    }
    return text;
}

void writeTrainingLog(const std::vector<EpochRecord>& history, const std::filesystem::path& path) {
    writeFileAtomically(path, trainingLogText(history));
}

std::vector<EpochRecord> readTrainingLog(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw Error("cannot open " + path.string() + "; does it exist, and may you read it?");
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    std::string_view rest = text;
    std::string_view first = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), first.size() + 1));
    if (first.ends_with('\r')) first.remove_suffix(1);
    if (first == publishedHeader) return readPublished({rest, path});
    if (first == header()) return readOwn({rest, path});
    throw Error(path.string() + " is no log of a training: its first line names other columns than Zscape's history " +
                "or the published train_metrics.csv");
}

} // namespace zscape
