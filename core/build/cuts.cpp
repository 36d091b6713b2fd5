// Cuts: formulas of columns, one after another, each with what it cost.
#include "core/base/error.h"
#include "core/build/assemble.h"
#include "core/explore/star_table.h"

#include <algorithm>
#include <cmath>

namespace zscape {

BitSet applyCuts(const std::shared_ptr<const Catalog>& catalog, const ImportOptions& options, ImportReport& report,
                 const JobContext& job) {
    const StarTable table(catalog, nullptr);
    BitSet kept(catalog->rows(), true);
    std::size_t left = catalog->rows();
    for (const std::string& cut : options.cuts) {
        job.throwIfCancelled();
        job.report(-1, "cut " + cut);
        ImportStep step{"cut " + cut, 0, {}, ""};
        std::size_t fails = 0, unknown = 0;
        if (cut == usableCut) {
            for (std::size_t row = 0; row < catalog->rows(); ++row) {
                if (!kept.test(row) || catalog->usable().test(row)) continue;
                kept.set(row, false);
                ++fails;
            }
            step.note = "stars that a model can use";
        } else {
            const auto values = table.exact(formulaOf(cut), job);
            for (std::size_t row = 0; row < catalog->rows(); ++row) {
                if (!kept.test(row)) continue;
                const double value = (*values)[row];
                if (value != 0 && !std::isnan(value)) continue;
                kept.set(row, false);
                ++(std::isnan(value) ? unknown : fails);
            }
            if (formulaOf(cut) != cut) step.note = formulaOf(cut);
        }
        left -= fails + unknown;
        step.kept = left;
        if (fails > 0) step.fell["does not pass"] = fails;
        if (unknown > 0) step.fell["has no value to judge by"] = unknown;
        report.steps.push_back(std::move(step));
        if (left == 0) throw Error("no star passes the cut " + cut + "; nothing was written");
    }
    return kept;
}

} // namespace zscape
