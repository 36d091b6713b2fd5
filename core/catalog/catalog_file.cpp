#include "core/catalog/catalog_file.h"

#include "core/base/error.h"
#include "core/base/text_compare.h"
#include "core/catalog/native_layout.h"
#include "core/catalog/released_layout.h"

#include <algorithm>
#include <type_traits>

namespace zscape {

namespace {

template <typename T>
std::vector<T> chosen(std::span<const T> values, std::span<const std::uint32_t> rows, std::size_t width = 1) {
    std::vector<T> out;
    out.reserve(rows.size() * width);
    for (const std::uint32_t row : rows) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(row * width);
        out.insert(out.end(), first, first + static_cast<std::ptrdiff_t>(width));
    }
    return out;
}

Column chosenColumn(const Column& column, std::span<const std::uint32_t> rows) {
    Column::Values values = std::visit(
        [&](const auto& all) -> Column::Values {
            using T = typename std::decay_t<decltype(all)>::value_type;
            if constexpr (std::is_arithmetic_v<T>) {
                return SharedArray<T>(chosen(all.span(), rows));
            } else {
                std::vector<std::string> texts;
                for (const std::uint32_t row : rows) {
                    texts.emplace_back(all[row]);
                }
                return TextArray(std::move(texts));
            }
        },
        column.values());
    Column part(column.name(), column.unit(), std::move(values));
    part.setOrigin(column.origin());
    if (column.missingBits().count() > 0) {
        BitSet missing(rows.size());
        for (std::size_t row = 0; row < rows.size(); ++row) {
            if (column.missingBits().test(rows[row])) missing.set(row);
        }
        part.setMissing(std::move(missing));
    }
    return part;
}

/// Copied, as what reads some rows wants to hold them: processes that share a catalogue.
Catalog nativeRows(const std::filesystem::path& path, std::span<const std::uint32_t> rows,
                   std::span<const std::string> columns, const JobContext& job) {
    const Catalog all = openNativeCatalog(path, job);
    if (rows.back() >= all.rows()) throw Error(path.string() + " has fewer rows than it had");
    std::vector<Column> part;
    for (const Column& column : all.columns()) {
        const bool isWanted = std::ranges::any_of(
            columns, [&](const std::string& name) { return equalIgnoringCase(name, column.name()); });
        if (isWanted) part.push_back(chosenColumn(column, rows));
    }
    Catalog catalog(all.name(), all.coefficientCount(), chosen(all.sourceIds(), rows),
                    chosen(all.coefficients().values(), rows, all.coefficientCount()),
                    chosen(all.coefficientErrors().values(), rows, all.coefficientCount()), std::move(part));
    catalog.setPath(path);
    catalog.attributes() = all.attributes();
    return catalog;
}

} // namespace

std::string_view layoutName(CatalogLayout layout) {
    return layout == CatalogLayout::Native ? "native" : "released";
}

CatalogLayout layoutFromName(std::string_view name) {
    if (name == "native") return CatalogLayout::Native;
    if (name == "released") return CatalogLayout::Released;
    throw Error("there is no layout '" + std::string(name) + "'; choose native or released");
}

CatalogLayout catalogLayoutOf(const std::filesystem::path& path) {
    return isNativeCatalog(path) ? CatalogLayout::Native : CatalogLayout::Released;
}

Catalog readCatalog(const std::filesystem::path& path, const JobContext& job) {
    return isNativeCatalog(path) ? openNativeCatalog(path, job) : readReleasedCatalog(path, job);
}

std::size_t countCatalogRows(const std::filesystem::path& path) {
    return isNativeCatalog(path) ? openNativeCatalog(path).rows() : countReleasedRows(path);
}

Catalog readCatalogRows(const std::filesystem::path& path, std::span<const std::uint32_t> rows,
                        std::span<const std::string> columns, const JobContext& job) {
    return isNativeCatalog(path) ? nativeRows(path, rows, columns, job) : readReleasedRows(path, rows, columns, job);
}

void writeCatalog(const Catalog& catalog, const std::filesystem::path& path, CatalogLayout layout,
                  const JobContext& job) {
    if (layout == CatalogLayout::Native) {
        writeNativeCatalog(catalog, path, job);
    } else {
        writeReleasedCatalog(catalog, path, job);
    }
}

} // namespace zscape
