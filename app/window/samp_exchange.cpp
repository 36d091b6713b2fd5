#include "app/window/samp_exchange.h"

#include "core/archive/label_table.h"
#include "core/archive/xp_continuous.h"
#include "core/base/error.h"
#include "core/base/sky_direction.h"
#include "core/base/text_compare.h"
#include "core/io/table_file.h"
#include "core/select/export_selection.h"
#include "core/select/id_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace zscape::samp {

namespace {

constexpr double degree = std::numbers::pi / 180;
/// Where the catalogue keeps positions; empty ids for nowhere.
struct Places {
    std::string longitude;
    std::string latitude;
    bool isGalactic = false;
};

Places placesOf(const StarTable& stars) {
    const auto pair = [&](const char* longitude, const char* latitude, bool isGalactic) {
        const StarTable::Entry* a = stars.find(longitude);
        const StarTable::Entry* b = stars.find(latitude);
        return a && b ? Places{a->id, b->id, isGalactic} : Places{};
    };
    Places places = pair("ra", "dec", false);
    if (places.longitude.empty()) places = pair("l", "b", true);
    return places;
}

struct Ucd {
    std::string_view name;
    std::string_view ucd;
};
constexpr std::array<Ucd, 17> ucds{{{"TEFF", "phys.temperature.effective"},
                                    {"LOGG", "phys.gravity"},
                                    {"M_H", "phys.abund.Z"},
                                    {"ALPHA_M", "phys.abund"},
                                    {"FE_H", "phys.abund.Fe"},
                                    {"J", "phot.mag;em.IR.J"},
                                    {"H", "phot.mag;em.IR.H"},
                                    {"K", "phot.mag;em.IR.K"},
                                    {"GAIAEDR3_PHOT_G_MEAN_MAG", "phot.mag;em.opt"},
                                    {"GAIAEDR3_PHOT_BP_MEAN_MAG", "phot.mag;em.opt.B"},
                                    {"GAIAEDR3_PHOT_RP_MEAN_MAG", "phot.mag;em.opt.R"},
                                    {"GAIAEDR3_PARALLAX", "pos.parallax.trig"},
                                    {"GAIAEDR3_PARALLAX_ERROR", "stat.error;pos.parallax.trig"},
                                    {"RA", "pos.eq.ra;meta.main"},
                                    {"DEC", "pos.eq.dec;meta.main"},
                                    {"GLON", "pos.galactic.lon"},
                                    {"GLAT", "pos.galactic.lat"}}};

} // namespace

std::vector<std::int64_t> rowsOf(const KnownTable& table, const StarTable& stars, const BitSet& selected) {
    std::vector<std::int64_t> ids;
    selected.forEach([&](std::size_t row) { ids.push_back(stars.catalog()->sourceIds()[row]); });
    const IdTable wanted(ids);
    std::vector<std::int64_t> rows;
    for (std::size_t row = 0; row < table.ids.size(); ++row) {
        if (table.ids[row] != 0 && wanted.contains(table.ids[row])) rows.push_back(static_cast<std::int64_t>(row));
    }
    return rows;
}

std::vector<std::int64_t> idsOf(const KnownTable& table, const std::vector<std::int64_t>& rows) {
    std::vector<std::int64_t> ids;
    ids.reserve(rows.size());
    for (const std::int64_t row : rows) {
        if (row < 0 || static_cast<std::size_t>(row) >= table.ids.size()) {
            throw Error("a message names row " + std::to_string(row) + " of a table of " +
                        std::to_string(table.ids.size()));
        }
        const std::int64_t id = table.ids[static_cast<std::size_t>(row)];
        if (id != 0) ids.push_back(id);
    }
    return ids;
}

std::optional<std::size_t> catalogRow(const StarTable& stars, std::int64_t id) {
    if (!stars.catalog() || id == 0) return std::nullopt;
    return stars.catalog()->rowOf(id);
}

std::vector<std::int64_t> writeStars(const std::filesystem::path& path, const StarTable& stars, const BitSet& selected,
                                     const JobContext& job) {
    NumericTable table = exportStars(stars, selected, columnList("all", stars), job);
    for (NumericBlock& block : table.blocks) {
        const auto known =
            std::ranges::find_if(ucds, [&](const Ucd& one) { return equalIgnoringCase(one.name, block.name); });
        if (known != ucds.end()) block.ucd = known->ucd;
    }
    writeTable(path, table, job);
    return std::move(table.sourceIds);
}

bool hasSpectra(const std::filesystem::path& path) {
    try {
        return hasXpContinuous(openTable(path)->schema());
    } catch (const Error&) {
        return false;
    }
}

std::vector<std::int64_t> readStars(const std::filesystem::path& path, const JobContext& job) {
    std::unique_ptr<TableSource> source = openTable(path, {}, job);
    const LabelMapping mapping{mapLabels(source->schema()).sourceId, {}};
    if (mapping.sourceId.empty()) {
        throw Error("the table " + source->schema().file +
                    " has no column with Gaia source_ids, so its stars are unknown");
    }
    LabelReader reader(std::move(source), mapping);
    std::vector<std::int64_t> ids;
    LabelBatch batch;
    while (reader.next(batch)) {
        job.throwIfCancelled();
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            ids.push_back(batch.hasSourceId[row] != 0 ? batch.sourceIds[row] : 0);
        }
        job.report(reader.fraction(), "reading a table of another program");
    }
    return ids;
}

void writeSpectrum(const std::filesystem::path& path, const Catalog& catalog, std::size_t row,
                   const XpInstrument& instrument) {
    const std::span<const float> coefficients = catalog.coefficients().row(row);
    if (coefficients.size() != instrument.coefficientCount()) {
        throw Error("spectra of " + std::to_string(coefficients.size()) +
                    " coefficients cannot be calibrated: the instrument tables are for " +
                    std::to_string(instrument.coefficientCount()));
    }
    const std::vector<double> values(coefficients.begin(), coefficients.end());
    const std::span<const double> grid = instrument.wavelengths_nm();
    std::vector<double> flux(grid.size());
    instrument.calibrate(values, flux);
    NumericTable table;
    NumericBlock wavelength{"wavelength", "nm", std::vector<double>(grid.begin(), grid.end()), 1, false, {}, {}};
    wavelength.ucd = "em.wl";
    NumericBlock density{"flux", "W.m**-2.nm**-1", std::move(flux), 1, false, {}, {}};
    density.ucd = "phot.flux.density;em.wl";
    table.blocks = {std::move(wavelength), std::move(density)};
    table.attributes["source_id"] = std::to_string(catalog.sourceIds()[row]);
    table.attributes["catalogue"] = catalog.name();
    if (catalog.isMock()) table.attributes["mock"] = "true";
    writeTable(path, table);
}

std::optional<SkyPosition> positionOf(const StarTable& stars, std::size_t row) {
    const Places places = placesOf(stars);
    if (places.longitude.empty()) return std::nullopt;
    const double longitude = (*stars.exact(places.longitude))[row];
    const double latitude = (*stars.exact(places.latitude))[row];
    if (!std::isfinite(longitude) || !std::isfinite(latitude)) return std::nullopt;
    if (!places.isGalactic) return SkyPosition{longitude, latitude};
    const auto [ra, dec] = skyDegrees(fromGalactic(skyDirection(longitude, latitude)));
    return SkyPosition{ra, dec};
}

std::optional<std::size_t> starAt(const StarTable& stars, const SkyPosition& position, double arcseconds) {
    const Places places = placesOf(stars);
    if (places.longitude.empty()) throw Error("the catalogue has no positions (RA and DEC, or l and b)");
    SkyDirection wanted = skyDirection(position.ra, position.dec);
    if (places.isGalactic) wanted = toGalactic(wanted);
    const auto longitudes = stars.exact(places.longitude);
    const auto latitudes = stars.exact(places.latitude);
    // The chord is exact where the cosine of a small angle is not.
    const double limit = 2 * std::sin(arcseconds / 3600 * degree / 2);
    std::optional<std::size_t> nearest;
    double least = limit * limit;
    for (std::size_t row = 0; row < longitudes->size(); ++row) {
        const SkyDirection star = skyDirection((*longitudes)[row], (*latitudes)[row]);
        const double squared =
            std::pow(star[0] - wanted[0], 2) + std::pow(star[1] - wanted[1], 2) + std::pow(star[2] - wanted[2], 2);
        if (squared <= least) {
            least = squared;
            nearest = row;
        }
    }
    return nearest;
}

} // namespace zscape::samp
