#pragma once

#include "core/archive/table_source.h"
#include "core/archive/xp_continuous.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// Inside core/archive: which columns of a table make up the spectra.
namespace zscape {

/// The columns of one band, as indices into the selected columns (the order of XpLayout::requests).
struct XpBandLayout {
    std::vector<std::size_t> coefficients; ///< one array column, or one column a coefficient
    std::vector<std::size_t> errors;
    std::optional<std::size_t> correlations;
    std::optional<std::size_t> parameters, relevantBases, measurements, rejectedMeasurements, degreesOfFreedom;
    std::optional<std::size_t> standardDeviation, chiSquared, relativeShrinking;
    bool isWide = false;
    bool isPrecise = false; ///< errors and correlations in float64
    bool isThere() const { return !coefficients.empty() && !errors.empty(); }
};

struct XpLayout {
    std::size_t sourceId = 0;
    XpBandLayout bp, rp;
    std::vector<ColumnRequest> requests;
};

/// Throws Error naming what the table lacks.
XpLayout findXpLayout(const TableSchema& schema, bool withCorrelations, bool precise = false);

/// One row's band appended to `out`; a sentence without file and row where it cannot be, and nothing is appended then.
/// `count` is the file's number of coefficients, 0 until a star told it.
std::string appendBand(const TableBatch& batch, std::size_t row, const XpBandLayout& layout, const std::string& band,
                       std::size_t& count, XpBandColumns& out);
/// Whether every row has all of this band, so that takeBand can be used; nearly all batches of the archive are so.
bool isWholeBand(const TableBatch& batch, const XpBandLayout& layout, const std::string& band, std::size_t count);
/// All rows at once: the arrays are moved, not copied.
void takeBand(TableBatch& batch, const XpBandLayout& layout, std::size_t& count, XpBandColumns& out);
/// Takes the last row off again.
void dropLastRow(XpBandColumns& out);
/// Gives the arrays of stars before the first that has the band their place.
void widen(XpBandColumns& out, std::size_t count, const XpBandLayout& layout);

} // namespace zscape
