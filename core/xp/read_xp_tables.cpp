#include "core/base/error.h"
#include "core/io/hdf5.h"
#include "core/xp/xp_tables.h"

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr std::int64_t knownVersion = 1;
constexpr std::array<const char*, 2> bandNames{"bp", "rp"};
const std::string gridGroup = "calibrate/default/";
const std::string photometryGroup = "photometry/gaia_dr3_vega/";

/// Reads one dataset and checks its shape, where `anySize` stands for a size the file decides.
constexpr std::size_t anySize = 0;
std::vector<double> readTable(hid_t file, const std::string& name, const std::vector<std::size_t>& expected) {
    const std::vector<std::size_t> sizes = hdf5::shape(file, name);
    const bool fits = std::equal(
        sizes.begin(), sizes.end(), expected.begin(), expected.end(),
        [](std::size_t size, std::size_t wanted) { return size > 0 && (wanted == anySize || size == wanted); });
    if (!fits) throw Error("dataset '" + name + "' has the wrong shape");
    std::vector<double> values = hdf5::readDoubles(file, name);
    if (!std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); })) {
        throw Error("dataset '" + name + "' has values that are not finite");
    }
    return values;
}

XpBandTable readBand(hid_t file, const std::string& band, std::size_t wavelengthCount) {
    const std::string designName = gridGroup + band + "/design";
    const std::vector<double> packed = readTable(file, designName, {anySize, anySize});
    const std::vector<std::size_t> sizes = hdf5::shape(file, designName);
    const std::optional<std::int64_t> first = hdf5::readIntegerAttribute(file, designName, "first_column");

    XpBandTable table;
    table.weight = readTable(file, gridGroup + band + "/weight", {wavelengthCount});
    table.coefficientCount = sizes[0];
    table.columnCount = sizes[1];
    if (!first || *first < 0 || table.columnCount > wavelengthCount ||
        static_cast<std::size_t>(*first) > wavelengthCount - table.columnCount) {
        throw Error("dataset '" + designName + "' does not say which wavelengths it is for");
    }
    table.firstColumn = static_cast<std::size_t>(*first);
    table.design.resize(table.coefficientCount * wavelengthCount);
    for (std::size_t row = 0; row < table.coefficientCount; ++row) {
        const auto source = packed.begin() + static_cast<std::ptrdiff_t>(row * table.columnCount);
        std::copy_n(source, table.columnCount,
                    table.design.begin() + static_cast<std::ptrdiff_t>(row * wavelengthCount + table.firstColumn));
    }
    return table;
}

std::vector<double> stackWeighted(const std::array<XpBandTable, 2>& bands) {
    std::vector<double> stacked;
    for (const XpBandTable& band : bands) {
        const std::size_t columns = band.weight.size();
        for (std::size_t index = 0; index < band.design.size(); ++index) {
            stacked.push_back(band.design[index] * band.weight[index % columns]);
        }
    }
    return stacked;
}

std::string readProvenance(hid_t file) {
    const auto version = hdf5::readTextAttribute(file, ".", "gaiaxpy_version");
    auto sources = hdf5::readTextAttribute(file, ".", "sources");
    if (!version || !sources) throw Error("the GaiaXPy version or the hashes of its files are not recorded");
    for (std::size_t at = sources->find('\n'); at != std::string::npos; at = sources->find('\n', at)) {
        sources->replace(at, 1, "; ");
    }
    return "GaiaXPy " + *version + " (" + *sources + ")";
}

XpInstrument::Tables readAll(hid_t file) {
    if (hdf5::readTextAttribute(file, ".", "format") != "zscape-xp-tables")
        throw Error("it is not a file of XP tables");
    if (hdf5::readIntegerAttribute(file, ".", "format_version") != knownVersion) {
        throw Error("its layout is not version " + std::to_string(knownVersion));
    }
    XpInstrument::Tables tables;
    tables.provenance = readProvenance(file);
    tables.wavelengths_nm = readTable(file, gridGroup + "wavelength_nm", {anySize});
    const std::size_t wavelengthCount = tables.wavelengths_nm.size();
    for (std::size_t index = 0; index < bandNames.size(); ++index) {
        XpBandTable& band = tables.bands[index];
        band = readBand(file, bandNames[index], wavelengthCount);
        const std::vector<double> filters = readTable(file, photometryGroup + bandNames[index] + "/design",
                                                      {band.coefficientCount, tables.zeroPoints.size()});
        tables.photometry.insert(tables.photometry.end(), filters.begin(), filters.end());
    }
    const std::vector<double> zeroPoints = readTable(file, photometryGroup + "zero_point", {tables.zeroPoints.size()});
    std::copy(zeroPoints.begin(), zeroPoints.end(), tables.zeroPoints.begin());
    tables.stacked = stackWeighted(tables.bands);
    tables.tiled = TiledDesign(MatrixView<const double>(tables.stacked, wavelengthCount));
    return tables;
}

} // namespace

XpInstrument::Tables readXpTables(std::span<const std::byte> image, const std::string& name) {
    try {
        const hdf5::Handle file = hdf5::openImage(image, name);
        return readAll(file.id());
    } catch (const Error& error) {
        throw Error("the XP instrument tables " + name + " are damaged, install Zscape again: " + error.what());
    }
}

} // namespace zscape
