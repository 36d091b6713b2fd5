#include "core/analysis/calibrate_files.h"

#include "core/archive/xp_continuous.h"
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/io/table_writer.h"
#include "core/xp/photometry.h"
#include "core/xp/xp_sampler.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

namespace zscape {

namespace {

/// Stars of a batch that can be sampled, and views of them.
struct GoodStars {
    std::vector<std::uint8_t> hasBp, hasRp;
    std::vector<std::size_t> rows; ///< of the batch, to write
};

XpBandView viewOf(const XpBandColumns& band, const std::vector<std::uint8_t>& present, bool truncate) {
    XpBandView view;
    view.count = band.count;
    view.coefficients = band.coefficients;
    view.errors = std::span<const double>(band.preciseErrors);
    view.correlations = std::span<const double>(band.preciseCorrelations);
    view.present = present;
    if (truncate) view.relevantBases = band.relevantBases;
    return view;
}

XpBandView rowsOf(const XpBandView& view, std::size_t first, std::size_t count) {
    XpBandView part = view;
    const auto cut = [&](auto span, std::size_t width) {
        return span.empty() ? span : span.subspan(first * width, count * width);
    };
    part.coefficients = cut(view.coefficients, view.count);
    std::visit([&](auto span) { part.errors = cut(span, view.count); }, view.errors);
    const std::size_t pairs = view.count * (view.count - std::min<std::size_t>(view.count, 1)) / 2;
    std::visit([&](auto span) { part.correlations = cut(span, pairs); }, view.correlations);
    part.present = cut(view.present, 1);
    part.relevantBases = cut(view.relevantBases, 1);
    return part;
}

bool finite(const XpBandColumns& band, std::size_t row) {
    const auto values = std::span(band.coefficients).subspan(row * band.count, band.count);
    return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

bool hasBand(const XpBandColumns& band, std::size_t row) {
    return band.count > 0 && (band.present.empty() || band.present[row] != 0);
}

/// What a run writes: names and units of its columns, and how a run of stars becomes their values.
class Product {
public:
    explicit Product(const CalibrateFilesOptions& options) : m_options(options) {
        switch (options.product) {
        case XpProduct::Calibrated:
            m_sampler = options.grid.empty() ? XpSampler::calibrated(XpInstrument::builtIn())
                                             : XpSampler::calibratedOn(options.grid);
            m_unit = "W.m**-2.nm**-1";
            m_axis = "wavelength_nm";
            m_parts = {{"flux", 0, m_sampler->samples()}};
            break;
        case XpProduct::Internal: {
            const std::vector<double> grid =
                options.grid.empty() ? XpSampler::defaultPseudoWavelengths() : options.grid;
            m_sampler = XpSampler::converted(grid);
            m_unit = "electron/s";
            m_axis = "pseudo_wavelength";
            m_parts = {{"bp_flux", 0, grid.size()}, {"rp_flux", grid.size(), grid.size()}};
            break;
        }
        case XpProduct::Photometry:
            m_system = options.filterTable.empty() ? gaiaDr3Vega(XpInstrument::builtIn())
                                                   : readFilterSystem(options.filterTable);
            break;
        }
    }

    /// Bytes of a star's results, to keep pieces of work small.
    std::size_t samples() const { return m_system ? m_system->filters.size() : m_sampler->samples(); }

    /// Throws Error: a data release with other basis functions has other numbers of coefficients, and needs its tables.
    void requireCounts(const XpBatch& batch, const std::filesystem::path& path) const {
        const XpSampler& sampler = m_system ? m_system->sampler : *m_sampler;
        for (const XpBand which : xpBands) {
            const std::size_t found = (which == XpBand::Bp ? batch.bp : batch.rp).count;
            const std::size_t needed = sampler.band(which).coefficientCount;
            if (found == 0 || found == needed) continue;
            const std::string filters = m_options.filterTable.string();
            throw Error(path.string() + " has " + std::to_string(found) + ' ' + (which == XpBand::Bp ? "BP" : "RP") +
                        " coefficients a star where " +
                        (filters.empty() ? "the instrument tables of Gaia DR3 have " : filters + " has ") +
                        std::to_string(needed) + ": another data release's spectra " +
                        (filters.empty() ? "can be imported, but not calibrated by these tables"
                                         : "need a filter table made for them"));
        }
    }

    std::vector<std::string> withoutColourEquation() const {
        std::vector<std::string> names;
        if (!m_system) return names;
        for (const std::string& filter : m_system->withoutColourEquation) {
            names.push_back(filter + " of " + m_system->name);
        }
        return names;
    }

    NumericTable make(const XpStarsView& stars, const std::vector<std::int64_t>& ids,
                      const std::vector<std::size_t>& keep) const {
        NumericTable table;
        for (const std::size_t row : keep) {
            table.sourceIds.push_back(ids[row]);
        }
        if (m_system) {
            addPhotometry(table, stars, keep);
            return table;
        }
        const std::size_t n = m_sampler->samples();
        std::vector<double> flux(stars.rows * n), errors(stars.rows * n);
        ThreadPool pool(m_options.threads);
        // Rows are shared out in blocks of the sampler's own size or so.
        pool.forChunks(stars.rows, 48, [&](std::size_t begin, std::size_t end, int) {
            const XpStarsView part{end - begin, rowsOf(stars.bp, begin, end - begin),
                                   rowsOf(stars.rp, begin, end - begin)};
            m_sampler->sample(part, std::span(flux).subspan(begin * n, (end - begin) * n),
                              std::span(errors).subspan(begin * n, (end - begin) * n));
        });
        for (const Part& part : m_parts) {
            table.blocks.push_back(block(part, part.name, flux, keep));
            table.blocks.push_back(block(part, part.name + "_error", errors, keep));
            table.blocks.back().ucd = "stat.error;" + table.blocks.back().ucd;
        }
        return table;
    }

private:
    struct Part {
        std::string name;
        std::size_t first, count;
    };

    NumericBlock block(const Part& part, const std::string& name, const std::vector<double>& values,
                       const std::vector<std::size_t>& keep) const {
        const std::size_t n = m_sampler->samples();
        std::vector<double> kept;
        kept.reserve(keep.size() * part.count);
        for (const std::size_t row : keep) {
            const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row * n + part.first);
            kept.insert(kept.end(), begin, begin + static_cast<std::ptrdiff_t>(part.count));
        }
        const auto axis = m_sampler->grid().subspan(part.first, part.count);
        NumericBlock result{name, m_unit, std::move(kept), part.count, true, m_axis, {axis.begin(), axis.end()}};
        result.ucd = m_options.product == XpProduct::Calibrated ? "phot.flux.density;em.wl" : "phot.count";
        return result;
    }

    void addPhotometry(NumericTable& table, const XpStarsView& stars, const std::vector<std::size_t>& keep) const {
        const Photometry all = synthesise(*m_system, stars);
        const std::size_t filters = m_system->filters.size();
        for (std::size_t filter = 0; filter < filters; ++filter) {
            const bool uncorrected = std::ranges::find(m_system->withoutColourEquation, m_system->filters[filter]) !=
                                     m_system->withoutColourEquation.end();
            const std::string description =
                "synthetic photometry, " + m_system->name + (uncorrected ? ", without GaiaXPy's colour equation" : "");
            const auto add = [&](const char* name, const char* unit, const char* ucd,
                                 const std::vector<double>& values) {
                std::vector<double> kept;
                for (const std::size_t row : keep) {
                    kept.push_back(values[row * filters + filter]);
                }
                table.blocks.push_back({std::string(name) + m_system->filters[filter],
                                        unit,
                                        std::move(kept),
                                        1,
                                        false,
                                        "",
                                        {},
                                        ucd,
                                        description,
                                        {}});
            };
            add("mag_", "mag", "phot.mag", all.mag);
            add("mag_error_", "mag", "stat.error;phot.mag", all.magError);
            add("flux_", "", "phot.flux", all.flux);
            add("flux_error_", "", "stat.error;phot.flux", all.fluxError);
        }
    }

    const CalibrateFilesOptions& m_options;
    std::optional<XpSampler> m_sampler;
    std::optional<FilterSystem> m_system;
    std::string m_unit, m_axis;
    std::vector<Part> m_parts;
};

class Run {
public:
    Run(const CalibrateFilesOptions& options, const JobContext& job)
        : m_options(options),
          m_job(job),
          m_product(options) {}

    CalibrateFilesReport go() {
        for (std::size_t k = 0; k < m_options.files.size(); ++k) {
            try {
                readFile(k);
            } catch (const Cancelled&) {
                throw;
            } catch (const WritingFailed& failure) {
                throw Error(failure.sentence);
            } catch (const Error& error) {
                if (!m_options.skip) throw;
                m_options.skip(error.what());
                if (m_report.failedFiles++ == 0) m_firstFailure = error.what();
            }
        }
        if (!m_writer) throw Error(whyNothing());
        m_writer->commit();
        m_report.withoutColourEquation = m_product.withoutColourEquation();
        return m_report;
    }

private:
    /// The output cannot be written: no file's problem, so it ends the run.
    struct WritingFailed {
        std::string sentence;
    };

    std::string whyNothing() const {
        const std::string files = m_options.files.size() == 1
                                      ? m_options.files.front().string()
                                      : "these " + std::to_string(m_options.files.size()) + " files";
        std::string sentence = "no star of " + files + " can be calibrated and nothing was written: ";
        if (m_report.left == 0 && m_report.failedFiles == 0) return sentence + "there are no stars";
        const std::size_t before = sentence.size();
        const auto add = [&](std::size_t count, const std::string& what) {
            if (count == 0) return;
            sentence.append(sentence.size() == before ? "" : ", ").append(std::to_string(count)).append(what);
        };
        for (const auto& [problem, count] : m_problems) {
            add(count, (count == 1 ? " star " : " stars ") + problem);
        }
        add(m_unreadable, std::string(m_unreadable == 1 ? " star" : " stars") + " that cannot be read (" +
                              (m_unreadable == 1 ? "" : "the first: ") + m_firstUnreadable + ")");
        add(m_report.failedFiles, std::string(m_report.failedFiles == 1 ? " file" : " files") + " that failed (" +
                                      (m_report.failedFiles == 1 ? "" : "the first: ") + m_firstFailure + ")");
        return sentence;
    }

    void readFile(std::size_t index) {
        const std::filesystem::path& path = m_options.files[index];
        XpReadOptions reading;
        reading.threads = m_options.threads;
        reading.precise = true;
        reading.skip = m_options.skip;
        if (m_options.skip) {
            reading.skip = [this](const std::string& sentence) {
                ++m_report.left;
                if (m_unreadable++ == 0) m_firstUnreadable = sentence;
                m_options.skip(sentence);
            };
        }
        XpContinuousReader reader(path, reading, JobContext({}, m_job.cancelFlag()));
        XpBatch batch;
        while (reader.next(batch)) {
            m_job.throwIfCancelled();
            take(batch, path);
            const double done = static_cast<double>(index) + reader.fraction();
            m_job.report(done / static_cast<double>(m_options.files.size()),
                         std::to_string(m_report.stars) + " stars, " + path.filename().string());
        }
    }

    void take(const XpBatch& batch, const std::filesystem::path& path) {
        m_product.requireCounts(batch, path);
        GoodStars good = choose(batch, path);
        if (good.rows.empty()) return;
        const XpStarsView stars{batch.rows(), viewOf(batch.bp, good.hasBp, m_options.truncate),
                                viewOf(batch.rp, good.hasRp, m_options.truncate)};
        const NumericTable table = m_product.make(stars, batch.sourceIds, good.rows);
        count(batch, good, table);
        try {
            if (!m_writer) m_writer.emplace(m_options.out, withAttributes(table));
            m_writer->append(table, JobContext({}, m_job.cancelFlag()));
        } catch (const Error& error) {
            throw WritingFailed{error.what()};
        }
    }

    GoodStars choose(const XpBatch& batch, const std::filesystem::path& path) {
        GoodStars good;
        good.hasBp.resize(batch.rows());
        good.hasRp.resize(batch.rows());
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            const bool bp = hasBand(batch.bp, row);
            const bool rp = hasBand(batch.rp, row);
            std::string problem;
            if (!bp && !rp) problem = "with neither BP nor RP";
            if (bp && !finite(batch.bp, row)) problem = "with a BP coefficient that is no number";
            if (rp && !finite(batch.rp, row)) problem = "with an RP coefficient that is no number";
            if (problem.empty()) {
                good.hasBp[row] = bp;
                good.hasRp[row] = rp;
                good.rows.push_back(row);
                continue;
            }
            const std::string sentence = path.string() + ", row " + std::to_string(batch.rowNumbers[row] + 1) +
                                         ": source_id " + std::to_string(batch.sourceIds[row]) + " is a star " +
                                         problem;
            if (!m_options.skip) throw Error(sentence);
            m_options.skip(sentence);
            ++m_report.left;
            ++m_problems[problem];
        }
        return good;
    }

    void count(const XpBatch& batch, const GoodStars& good, const NumericTable& table) {
        m_report.stars += good.rows.size();
        const bool correlated = batch.bp.hasCorrelations() || batch.rp.hasCorrelations();
        if (!correlated) m_report.independent += good.rows.size();
        for (std::size_t k = 0; k < good.rows.size(); ++k) {
            const std::size_t row = good.rows[k];
            if (good.hasBp[row] != good.hasRp[row]) ++m_report.oneBand;
            if (m_options.product == XpProduct::Photometry) continue;
            // A band's errors are numbers all or none, so one of each band's own samples tells.
            const NumericBlock& errors = table.blocks[1];
            const auto& values = std::get<std::vector<double>>(errors.values);
            const auto begin = values.begin() + static_cast<std::ptrdiff_t>(k * errors.columns);
            if (std::all_of(begin, begin + static_cast<std::ptrdiff_t>(errors.columns),
                            [](double value) { return std::isnan(value); })) {
                ++m_report.withoutErrors;
            }
        }
    }

    NumericTable withAttributes(const NumericTable& table) const {
        NumericTable layout = table;
        layout.attributes = {{"program", "zscape calibrate " ZSCAPE_VERSION},
                             {"truncated", m_options.truncate ? "n_relevant_bases" : "no"},
                             {"credit", "ESA/Gaia/DPAC; instrument tables of GaiaXPy"}};
        return layout;
    }

    const CalibrateFilesOptions& m_options;
    const JobContext& m_job;
    Product m_product;
    std::optional<TableWriter> m_writer;
    CalibrateFilesReport m_report;
    // Why stars and files were left out, for a run that wrote nothing.
    std::map<std::string, std::size_t> m_problems;
    std::size_t m_unreadable = 0;
    std::string m_firstUnreadable, m_firstFailure;
};

} // namespace

CalibrateFilesReport calibrateFiles(const CalibrateFilesOptions& options, const JobContext& job) {
    tableFormatOf(options.out); // a bad ending is told before the work
    if (options.files.empty()) throw Error("name the files to calibrate");
    return Run(options, job).go();
}

std::vector<double> parseGrid(const std::string& text) {
    std::array<double, 3> parts{};
    std::size_t at = 0;
    bool good = true;
    for (std::size_t k = 0; good && k < 3; ++k) {
        const std::size_t end = k < 2 ? text.find(':', at) : text.size();
        good = end != std::string::npos;
        if (!good) break;
        const auto [last, code] = std::from_chars(text.data() + at, text.data() + end, parts[k]);
        good = code == std::errc() && last == text.data() + end && std::isfinite(parts[k]);
        at = end + 1;
    }
    if (!good || !(parts[2] > 0) || !(parts[1] > parts[0]) || (parts[1] - parts[0]) / parts[2] > 1e5) {
        throw Error("'" + text + "' is no grid: write first:last:step, for example 400:900:2");
    }
    std::vector<double> grid;
    const double steps = std::floor((parts[1] - parts[0]) / parts[2] * (1 + 1e-12) + 1e-9);
    for (double k = 0; k <= steps; ++k) {
        grid.push_back(parts[0] + k * parts[2]);
    }
    return grid;
}

} // namespace zscape
