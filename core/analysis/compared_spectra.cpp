// Arrays of other models' reconstructions, and of correlations, put beside a catalogue's rows.
#include "core/analysis/compared_spectra.h"

#include "core/analysis/reconstruction_errors.h"
#include "core/base/error.h"
#include "core/base/text_compare.h"
#include "core/io/hdf5.h"
#include "core/io/npy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace zscape {

namespace {

constexpr std::array idNames{"source_id", "ids"};

struct NamedArray {
    std::string where; ///< for messages
    std::vector<std::size_t> shape;
    std::vector<double> values;
    std::vector<std::int64_t> ids; ///< empty: none in the file
};

bool isIdName(const std::string& name) {
    return std::ranges::any_of(idNames, [&](const char* id) { return equalIgnoringCase(name, id); });
}

/// The array that is meant where none is named: the only one besides source_id.
std::string onlyArray(const std::vector<std::string>& names, const std::string& file) {
    std::vector<std::string> left;
    std::ranges::copy_if(names, std::back_inserter(left), [](const std::string& name) { return !isIdName(name); });
    if (left.size() == 1) return left.front();
    std::string known;
    for (std::size_t i = 0; i < left.size() && i < 10; ++i) {
        known += (i ? ", " : "") + left[i];
    }
    throw Error(file + (left.empty()
                            ? " has no array to compare with"
                            : " has several arrays (" + known + "); name one as " + file + ":" + left.front()));
}

NamedArray fromNpz(const std::filesystem::path& path, std::string name) {
    const std::vector<std::string> names = npzNames(path);
    if (name.empty()) name = onlyArray(names, path.string());
    NpyArray array = std::move(readNpz(path, std::array{name}).front());
    NamedArray result{"'" + name + "' in " + path.string(), std::move(array.shape), std::move(array.values), {}};
    const auto ids = std::ranges::find_if(names, isIdName);
    if (ids != names.end()) result.ids = readNpzIntegers(path, *ids);
    return result;
}

NamedArray fromHdf5(const std::filesystem::path& path, std::string name) {
    const hdf5::Handle file = hdf5::openFile(path);
    const std::vector<std::string> names = hdf5::list(file.id());
    if (name.empty()) name = onlyArray(names, path.string());
    if (!hdf5::exists(file.id(), name)) {
        std::string known;
        for (const std::string& each : names) {
            known += (known.empty() ? "" : ", ") + each;
        }
        throw Error("no dataset '" + name + "' in " + path.string() + "; it has " + (known.empty() ? "none" : known));
    }
    NamedArray result{"'" + name + "' in " + path.string(), hdf5::shape(file.id(), name), {}, {}};
    if (result.shape.size() == 2) result.values = hdf5::readDoubles(file.id(), name);
    const std::size_t slash = name.rfind('/');
    const std::string group = slash == std::string::npos ? std::string() : name.substr(0, slash + 1);
    for (const char* id : idNames) {
        if (!result.ids.empty() || !hdf5::exists(file.id(), group + id)) continue;
        result.ids = hdf5::readIntegers(file.id(), group + id);
    }
    return result;
}

NamedArray readArray(const std::string& file) {
    std::string path = file, array;
    // A colon may also be part of a file's name; an array's name begins after the ending.
    for (const char* ending : {".npz:", ".h5:", ".hdf5:"}) {
        const std::size_t at = file.rfind(ending);
        if (at == std::string::npos) continue;
        const std::size_t colon = at + std::string_view(ending).size() - 1;
        path = file.substr(0, colon);
        array = file.substr(colon + 1);
    }
    const std::string ending = std::filesystem::path(path).extension().string();
    if (ending == ".npz") return fromNpz(path, array);
    if (ending == ".h5" || ending == ".hdf5") return fromHdf5(path, array);
    if (ending != ".npy") throw Error(file + " is no array to compare with; give a .npy, .npz or .h5 file");
    NpyArray plain = readNpy(path);
    return {path, std::move(plain.shape), std::move(plain.values), {}};
}

/// Where the rows of the array stand in the catalogue.
std::vector<std::uint32_t> placeRows(const NamedArray& array, const Catalog& catalog) {
    const std::size_t rows = array.shape[0];
    std::vector<std::uint32_t> result(catalog.rows(), ComparedSpectra::none);
    if (array.ids.empty()) {
        if (rows != catalog.rows()) {
            throw Error(array.where + " has " + std::to_string(rows) + " rows and " + catalog.name() + " has " +
                        std::to_string(catalog.rows()) +
                        " stars; give one row a star in the catalogue's order, or put an array source_id beside it");
        }
        std::iota(result.begin(), result.end(), 0U);
        return result;
    }
    if (array.ids.size() != rows) {
        throw Error(array.where + " has " + std::to_string(rows) + " rows and the source_id beside it " +
                    std::to_string(array.ids.size()));
    }
    std::unordered_map<std::int64_t, std::uint32_t> places;
    places.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        if (!places.emplace(array.ids[row], static_cast<std::uint32_t>(row)).second) {
            throw Error(array.where + " has two rows of source_id " + std::to_string(array.ids[row]) +
                        ", and which one counts is not known");
        }
    }
    std::size_t found = 0;
    for (std::size_t row = 0; row < catalog.rows(); ++row) {
        const auto place = places.find(catalog.sourceIds()[row]);
        if (place == places.end()) continue;
        result[row] = place->second;
        ++found;
    }
    if (found == 0) throw Error("no star of " + catalog.name() + " has its source_id beside " + array.where);
    return result;
}

/// What the columns are, by their number.
void chooseColumns(ComparedSpectra& result, std::vector<std::size_t>& taken, std::size_t columns,
                   const std::string& where, const XpInstrument& instrument) {
    const std::size_t bp = instrument.coefficientCount(XpBand::Bp), all = instrument.coefficientCount();
    const std::vector<double> wavelengths = errorWavelengths_nm();
    const auto takeAll = [&] {
        taken.resize(columns);
        std::iota(taken.begin(), taken.end(), std::size_t{0});
    };
    if (columns == all) {
        takeAll();
        result.columns = taken;
    } else if (columns == 2 * leadingCoefficients) {
        takeAll();
        for (std::size_t j = 0; j < columns; ++j) {
            result.columns.push_back(j < leadingCoefficients ? j : bp + j - leadingCoefficients);
        }
    } else if (columns == wavelengths.size()) {
        takeAll();
        result.kind = ComparedSpectra::Kind::Flux;
        result.columns = taken;
    } else if (columns == instrument.wavelengths_nm().size()) {
        result.kind = ComparedSpectra::Kind::Flux;
        for (std::size_t l = 0; l < wavelengths.size(); ++l) {
            const auto grid = instrument.wavelengths_nm();
            taken.push_back(static_cast<std::size_t>(std::ranges::find(grid, wavelengths[l]) - grid.begin()));
            result.columns.push_back(l);
        }
    } else {
        throw Error(where + " has " + std::to_string(columns) + " numbers a star; " + std::to_string(all) + " or " +
                    std::to_string(2 * leadingCoefficients) + " coefficients, or " +
                    std::to_string(wavelengths.size()) + " or " + std::to_string(instrument.wavelengths_nm().size()) +
                    " fluxes are known");
    }
}

} // namespace

ComparedSpectra readComparedSpectra(const std::string& text, const Catalog& catalog, const XpInstrument& instrument,
                                    const JobContext& job) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == text.size()) {
        throw Error("'" + text + "' does not say what to compare with; write NAME=FILE or NAME=FILE:ARRAY");
    }
    ComparedSpectra result;
    result.name = text.substr(0, equals);
    job.report(-1, "reading " + result.name);
    const NamedArray array = readArray(text.substr(equals + 1));
    if (array.shape.size() != 2 || array.shape[0] == 0) {
        throw Error(array.where + " has " + std::to_string(array.shape.size()) +
                    " dimensions where stars x numbers are needed");
    }
    std::vector<std::size_t> taken;
    chooseColumns(result, taken, array.shape[1], array.where, instrument);
    result.arrayRow = placeRows(array, catalog);
    job.throwIfCancelled();
    const double unit = result.kind == ComparedSpectra::Kind::Flux ? 1 / ComparedSpectra::fluxUnit : 1;
    result.values.reserve(array.shape[0] * taken.size());
    for (std::size_t row = 0; row < array.shape[0]; ++row) {
        for (const std::size_t column : taken) {
            result.values.push_back(static_cast<float>(array.values[row * array.shape[1] + column] * unit));
        }
    }
    return result;
}

std::vector<std::string> comparedArrays(const std::filesystem::path& file) {
    std::vector<std::string> names;
    if (file.extension() == ".npz") names = npzNames(file);
    if (file.extension() == ".h5" || file.extension() == ".hdf5") names = hdf5::list(hdf5::openFile(file).id());
    std::erase_if(names, isIdName);
    return names;
}

Correlations readCorrelations(const std::filesystem::path& path, const Catalog& catalog,
                              const XpInstrument& instrument) {
    const std::vector<NpyArray> arrays = readNpz(path, std::array<std::string, 2>{"bp_corrs", "rp_corrs"});
    Correlations result;
    for (const XpBand band : xpBands) {
        const NpyArray& array = arrays[static_cast<std::size_t>(band)];
        const std::size_t count = instrument.coefficientCount(band);
        const std::size_t pairs = count * (count - 1) / 2;
        if (array.shape != std::vector<std::size_t>{catalog.rows(), pairs}) {
            throw Error(std::string(band == XpBand::Bp ? "bp_corrs" : "rp_corrs") + " in " + path.string() + " has " +
                        (array.shape.empty() ? "no rows" : std::to_string(array.shape[0]) + " rows") +
                        "; one a star of the catalogue is needed, " + std::to_string(catalog.rows()) + " x " +
                        std::to_string(pairs));
        }
        SharedArray<float> values(std::vector<float>(array.values.begin(), array.values.end()));
        (band == XpBand::Bp ? result.bp : result.rp) = MatrixView<const float>(values.data(), catalog.rows(), pairs);
        (band == XpBand::Bp ? result.bpValues : result.rpValues) = std::move(values);
    }
    return result;
}

} // namespace zscape
