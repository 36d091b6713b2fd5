// Writing the joined stars: spectra copied from the parts, labels gathered, the flux filled from what was written.
#include "core/build/assemble.h"

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/base/text_compare.h"
#include "core/build/joined_columns.h"
#include "core/catalog/native_layout.h"
#include "core/catalog/row_flags.h"
#include "core/xp/fill_g_flux.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace zscape {

namespace {

constexpr std::size_t blockRows = 8192;
constexpr float missing = std::numeric_limits<float>::quiet_NaN();
constexpr std::size_t bandsOfDr3 = 55;

/// How many coefficients each band of a part has; 0 and 0 for a catalogue, which does not tell them apart.
struct Widths {
    std::size_t bp = 0, rp = 0, total = 0;
};

std::size_t countIn(const NativeContent& part, const char* key) {
    const auto found = part.attributes.find(key);
    std::size_t count = 0;
    if (found != part.attributes.end()) {
        std::from_chars(found->second.data(), found->second.data() + found->second.size(), count);
    }
    return count;
}

Widths widthsOf(const NativeContent& part) {
    return {countIn(part, "bp_coefficients"), countIn(part, "rp_coefficients"), part.coefficientCount};
}

/// The widths of the catalogue: one for all its stars.
Widths commonWidths(const PartTable& spectra) {
    Widths all;
    std::size_t catalogTotal = 0;
    for (const NativeContent& part : spectra.parts()) {
        const Widths one = widthsOf(part);
        all.bp = std::max(all.bp, one.bp);
        all.rp = std::max(all.rp, one.rp);
        if (one.bp + one.rp == 0 || (one.bp > 0 && one.rp > 0)) catalogTotal = std::max(catalogTotal, one.total);
    }
    if (all.bp + all.rp > 0) {
        // A band that no file has is as wide as in a catalogue among the inputs, else as in Gaia DR3.
        if (all.bp == 0) all.bp = catalogTotal > all.rp ? catalogTotal - all.rp : bandsOfDr3;
        if (all.rp == 0) all.rp = catalogTotal > all.bp ? catalogTotal - all.bp : bandsOfDr3;
    }
    all.total = all.bp + all.rp > 0 ? all.bp + all.rp : catalogTotal;
    for (const NativeContent& part : spectra.parts()) {
        const Widths one = widthsOf(part);
        const bool fits = one.bp + one.rp == 0 ? one.total == all.total
                                               : (one.bp == 0 || one.bp == all.bp) && (one.rp == 0 || one.rp == all.rp);
        if (!fits) {
            throw Error("the spectra of " + part.name + " have " + std::to_string(one.total) +
                        " coefficients a star and others " + std::to_string(all.total) +
                        "; a catalogue holds one kind of spectra: import them into two");
        }
    }
    return all;
}

/// The values of a star with a place for every coefficient.
void placeSpectrum(const NativeContent& part, const SharedArray<float>& values, std::size_t row, const Widths& all,
                   float* out) {
    const Widths one = widthsOf(part);
    const float* from = values.data() + row * part.coefficientCount;
    if (one.total == all.total) {
        std::copy_n(from, all.total, out);
        return;
    }
    std::fill_n(out, all.total, missing);
    std::copy_n(from, one.total, out + (one.bp == 0 ? all.bp : 0));
}

/// The rows of the spectra that a block of stars takes.
struct Block {
    std::size_t begin = 0, end = 0;
    std::size_t size() const { return end - begin; }
};

class Assembly {
public:
    Assembly(const JoinedRows& joined, const std::filesystem::path& path, const ImportOptions& options)
        : m_joined(joined),
          m_widths(commonWidths(*joined.spectra)),
          m_columns(joinColumns(tables(joined))) {
        NativePlan plan;
        plan.name = options.out.stem().string();
        plan.rows = joined.stars();
        plan.coefficientCount = m_widths.total;
        if (options.correlations) {
            plan.bpCorrelations = m_widths.bp * (m_widths.bp - (m_widths.bp > 0 ? 1 : 0)) / 2;
            plan.rpCorrelations = m_widths.rp * (m_widths.rp - (m_widths.rp > 0 ? 1 : 0)) / 2;
        }
        for (JoinedColumn& column : m_columns) {
            if (equalIgnoringCase(column.plan().name, column::gFlux)) {
                column.plan().type = ColumnType::Float64;
                column.plan().hasMissing = false;
                m_flux = plan.columns.size();
            }
            plan.columns.push_back(column.plan());
        }
        if (m_flux == plan.columns.size()) {
            plan.columns.push_back({std::string(column::gFlux), "electron/s", "", ColumnType::Float64, 1, false});
        }
        for (const NativeContent& part : joined.spectra->parts()) {
            if (const auto mock = part.attributes.find("mock"); mock != part.attributes.end()) {
                plan.attributes["mock"] = mock->second;
            }
        }
        plan.attributes["imported_by"] = "zscape " ZSCAPE_VERSION;
        m_writer.emplace(path, std::move(plan));
        m_temporary = m_writer->temporaryPath();
    }

    void write(const JobContext& job) {
        const std::size_t stars = m_joined.stars();
        for (const JoinedColumn& column : m_columns) {
            m_missing.emplace_back(column.plan().hasMissing ? stars : 0);
        }
        for (std::size_t begin = 0; begin < stars; begin += blockRows) {
            job.throwIfCancelled();
            job.report(static_cast<double>(begin) / static_cast<double>(stars), "joining spectra and labels");
            const Block block{begin, std::min(begin + blockRows, stars)};
            writeBlock(block);
            letGo(block);
        }
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            if (m_columns[i].plan().hasMissing) m_writer->writeMissing(i, m_missing[i]);
        }
    }

    /// Where the flux of each star came from.
    std::string fillFlux(const JobContext& job) {
        Catalog catalog = openNativeCatalog(m_temporary);
        if (catalog.usability().badFlux > 0) fillMissingGFlux(catalog, XpInstrument::builtIn(), job);
        m_writer->writeColumn(m_flux, 0, std::as_bytes(catalog.gFlux()));
        m_writer->writeFlags(0, catalog.flags());
        m_writer->writeGFluxOrigin(catalog.gFluxOrigin());
        return catalog.gFluxOrigin();
    }

    void commit() { m_writer->commit(); }

private:
    static std::vector<const PartTable*> tables(const JoinedRows& joined) {
        std::vector<const PartTable*> list;
        for (const auto& table : joined.labels) {
            list.push_back(table.get());
        }
        list.push_back(joined.spectra.get());
        return list;
    }

    const NativeContent& partOf(std::size_t star, std::size_t& row) const {
        const auto [part, at] = m_joined.spectra->place(m_joined.rows.back()[star]);
        row = at;
        return m_joined.spectra->parts()[part];
    }

    /// What a block took from the parts is written: their memory must not grow with the input.
    void letGo(const Block& block) const {
        const NativeContent* before = nullptr;
        for (std::size_t star = block.begin; star < block.end; ++star) {
            std::size_t row = 0;
            const NativeContent& part = partOf(star, row);
            if (&part == before) continue;
            before = &part;
            for (const SharedArray<float>* values :
                 {&part.coefficients, &part.errors, &part.bpCorrelations, &part.rpCorrelations}) {
                if (values->bytes() == 0) MappedFile::letGo(std::as_bytes(values->span())); // not a vector of ours
            }
        }
    }

    void writeBlock(const Block& block) {
        const std::size_t width = m_widths.total;
        m_ids.resize(block.size());
        m_flags.resize(block.size());
        m_coefficients.resize(block.size() * width);
        m_errors.resize(block.size() * width);
        for (std::size_t i = 0; i < block.size(); ++i) {
            std::size_t row = 0;
            const NativeContent& part = partOf(block.begin + i, row);
            m_ids[i] = part.sourceIds[row];
            placeSpectrum(part, part.coefficients, row, m_widths, m_coefficients.data() + i * width);
            placeSpectrum(part, part.errors, row, m_widths, m_errors.data() + i * width);
            m_flags[i] =
                spectrumFlags({m_coefficients.data() + i * width, width}, {m_errors.data() + i * width, width});
        }
        m_writer->writeSourceIds(block.begin, m_ids);
        m_writer->writeCoefficients(block.begin, m_coefficients);
        m_writer->writeErrors(block.begin, m_errors);
        writeColumns(block);
        m_writer->writeFlags(block.begin, m_flags);
        writeCorrelations(block);
    }

    void writeColumns(const Block& block) {
        std::vector<double> flux(block.size(), std::numeric_limits<double>::quiet_NaN());
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            m_columns[i].gather(m_joined.rows, block.begin, block.end, m_bytes, m_missing[i]);
            m_writer->writeColumn(i, block.begin, m_bytes);
            if (i == m_flux) std::copy_n(reinterpret_cast<const double*>(m_bytes.data()), flux.size(), flux.begin());
        }
        if (m_flux == m_columns.size()) m_writer->writeColumn(m_flux, block.begin, std::as_bytes(std::span(flux)));
        for (std::size_t i = 0; i < flux.size(); ++i) {
            m_flags[i] = static_cast<std::uint8_t>(m_flags[i] | fluxFlag(flux[i]));
        }
    }

    void writeCorrelations(const Block& block) {
        const auto gather = [&](std::size_t width, SharedArray<float> NativeContent::*values) {
            m_floats.assign(block.size() * width, missing);
            for (std::size_t i = 0; i < block.size(); ++i) {
                std::size_t row = 0;
                const NativeContent& part = partOf(block.begin + i, row);
                const SharedArray<float>& all = part.*values;
                if (all.size() != part.rows * width) continue;
                std::copy_n(all.data() + row * width, width, m_floats.begin() + static_cast<std::ptrdiff_t>(i * width));
            }
        };
        if (const std::size_t width = m_writer->plan().bpCorrelations; width > 0) {
            gather(width, &NativeContent::bpCorrelations);
            m_writer->writeBpCorrelations(block.begin, m_floats);
        }
        if (const std::size_t width = m_writer->plan().rpCorrelations; width > 0) {
            gather(width, &NativeContent::rpCorrelations);
            m_writer->writeRpCorrelations(block.begin, m_floats);
        }
    }

    const JoinedRows& m_joined;
    Widths m_widths;
    std::vector<JoinedColumn> m_columns;
    std::optional<NativeWriter> m_writer;
    std::filesystem::path m_temporary;
    std::size_t m_flux = m_columns.size(); ///< the flux's place in the plan: the last, unless an input has it
    std::vector<BitSet> m_missing;
    std::vector<std::int64_t> m_ids;
    std::vector<std::uint8_t> m_flags;
    std::vector<float> m_coefficients, m_errors, m_floats;
    std::vector<std::byte> m_bytes;
};

} // namespace

void assemble(const JoinedRows& joined, const std::filesystem::path& path, const ImportOptions& options,
              ImportReport& report, const JobContext& job) {
    Assembly assembly(joined, path, options);
    assembly.write(job);
    report.fluxOrigin = assembly.fillFlux(job);
    assembly.commit();
}

} // namespace zscape
