// Numbers in: what an INPUT argument means, HDF5 datasets, and looking columns up by name.
#include "core/base/text_compare.h"
#include "core/io/hdf5.h"
#include "core/io/table_file.h"
#include "core/io/text_table.h"

#include <algorithm>
#include <new>
#include <stdexcept>

namespace zscape {

namespace {

bool endsIgnoringCase(std::string_view text, std::string_view ending) {
    return text.size() >= ending.size() && equalIgnoringCase(text.substr(text.size() - ending.size()), ending);
}

/// Where the dataset's name begins in FILE.h5:/dataset; npos when the input is no such thing.
std::size_t datasetStart(const std::string& input) {
    const std::size_t colon = input.rfind(":/");
    if (colon == std::string::npos) return colon;
    const std::string_view file = std::string_view(input).substr(0, colon);
    const bool isHdf5 = endsIgnoringCase(file, ".h5") || endsIgnoringCase(file, ".hdf5");
    return isHdf5 ? colon + 1 : std::string::npos;
}

InputTable readDataset(const std::filesystem::path& path, const std::string& name) {
    const hdf5::Handle file = hdf5::openFile(path);
    if (!hdf5::exists(file.id(), name)) {
        std::string known;
        for (const std::string& each : hdf5::list(file.id())) {
            known += (known.empty() ? "" : ", ") + each;
        }
        throw Error("no dataset '" + name + "' in " + path.string() + "; it has " + (known.empty() ? "none" : known));
    }
    const std::vector<std::size_t> shape = hdf5::shape(file.id(), name);
    if (shape.empty() || shape.size() > 2) {
        throw Error("dataset '" + name + "' in " + path.string() + " has " + std::to_string(shape.size()) +
                    " dimensions; rows x columns, or one row, is needed");
    }
    InputTable table;
    table.rows = shape.size() == 2 ? shape[0] : 1;
    const std::size_t columns = shape.back();
    if (table.rows == 0 || columns == 0) throw Error("dataset '" + name + "' in " + path.string() + " is empty");
    table.values = hdf5::readDoubles(file.id(), name);
    const std::size_t slash = name.rfind('/');
    for (std::size_t column = 1; column <= columns; ++column) {
        table.names.push_back(name.substr(slash + 1) + "_" + std::to_string(column));
    }
    const std::string ids = name.substr(0, slash + 1) + "source_id";
    if (shape.size() == 2 && hdf5::exists(file.id(), ids) &&
        hdf5::shape(file.id(), ids) == std::vector<std::size_t>{table.rows}) {
        table.sourceIds = hdf5::readIntegers(file.id(), ids);
    }
    return table;
}

} // namespace

std::optional<std::size_t> InputTable::find(std::string_view name) const {
    auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
        found =
            std::find_if(names.begin(), names.end(), [&](const auto& each) { return equalIgnoringCase(each, name); });
    }
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

std::vector<double> InputTable::column(std::size_t index) const {
    std::vector<double> result(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        result[row] = values[row * names.size() + index];
    }
    return result;
}

std::optional<InputTable::Block> InputTable::block(std::string_view name) const {
    std::vector<std::size_t> picked;
    while (const auto index = find(std::string(name) + "_" + std::to_string(picked.size() + 1))) {
        picked.push_back(*index);
    }
    if (picked.empty()) return std::nullopt;
    Block result{std::vector<double>(rows * picked.size()), picked.size()};
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t k = 0; k < picked.size(); ++k) {
            result.values[row * picked.size() + k] = values[row * names.size() + picked[k]];
        }
    }
    return result;
}

InputKind inputKindOf(const std::string& input) {
    if (datasetStart(input) != std::string::npos) return InputKind::Dataset;
    for (const std::string_view ending : {".csv", ".ecsv", ".txt"}) {
        if (endsIgnoringCase(input, ending)) return InputKind::Text;
    }
    return InputKind::Catalogue;
}

InputTable readInputTable(const std::string& input, const JobContext& job) {
    try {
        switch (inputKindOf(input)) {
        case InputKind::Text:
            return readTextTable(input, job);
        case InputKind::Dataset: {
            const std::size_t start = datasetStart(input);
            return readDataset(input.substr(0, start - 1), input.substr(start));
        }
        case InputKind::Catalogue:
            break;
        }
    } catch (const std::bad_alloc&) {
        throw Error("not enough memory to read " + input + "; read it in parts");
    } catch (const std::length_error&) {
        throw Error(input + " says it has more values than memory can address; it is damaged, copy it again");
    }
    throw Error(input + " is not a table of numbers: name a .csv or .ecsv file, or FILE.h5:/dataset");
}

} // namespace zscape
