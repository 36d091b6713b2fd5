// Reading the released layout: which member is what, and the way from row blocks to a Catalog.
#include "core/base/text_compare.h"
#include "core/catalog/released_layout.h"
#include "core/catalog/row_blocks.h"
#include "core/io/table_meta.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <new>
#include <span>
#include <unistd.h>

namespace zscape {

namespace {

using hdf5::Handle;

struct Table {
    Handle file;
    Handle dataset;
    std::string where; ///< for messages
    RowLayout layout;
    std::size_t rows = 0;
    TableMeta meta;
};

/// Names for a message; control characters of a damaged file must not reach the terminal.
std::string join(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
    return text;
}

std::size_t rowCount(hid_t dataset, const std::string& where) {
    const Handle space(H5Dget_space(dataset), H5Sclose);
    hsize_t rows = 0;
    if (H5Sget_simple_extent_type(space.id()) != H5S_SIMPLE || H5Sget_simple_extent_ndims(space.id()) != 1 ||
        H5Sget_simple_extent_dims(space.id(), &rows, nullptr) != 1) {
        throw Error(where + " is not a one-dimensional table of stars");
    }
    if (rows == 0) throw Error(where + " has no rows: there is no star to show");
    return static_cast<std::size_t>(rows);
}

TableMeta readMeta(hid_t file) {
    if (!hdf5::exists(file, released::metaName)) return {};
    std::string yaml;
    for (const std::string& line : hdf5::readLines(file, released::metaName)) {
        yaml += line + '\n';
    }
    return parseTableMeta(yaml);
}

Table openTable(const std::filesystem::path& path) {
    Table table;
    table.file = hdf5::openFile(path);
    if (!hdf5::exists(table.file.id(), released::tableName)) {
        const std::vector<std::string> names = hdf5::list(table.file.id());
        if (std::find(names.begin(), names.end(), released::tableName) != names.end()) {
            throw Error("the list of datasets in " + path.string() + " is damaged; copy the file again");
        }
        throw Error("no dataset '" + std::string(released::tableName) + "' in " + path.string() +
                    (names.empty() ? ", which is empty" : ", which has " + join(names)) +
                    "; a catalogue in the released layout is needed");
    }
    table.where = "'" + std::string(released::tableName) + "' in " + path.string();
    {
        const hdf5::Quiet quiet;
        table.dataset = Handle(H5Dopen2(table.file.id(), released::tableName, H5P_DEFAULT), H5Dclose);
    }
    if (!table.dataset) throw Error("cannot open " + table.where + "; the file is damaged, copy it again");
    table.rows = rowCount(table.dataset.id(), table.where);
    table.layout = describeRows(table.dataset.id(), table.where);
    table.meta = readMeta(table.file.id());
    return table;
}

const RowMember* findMember(const RowLayout& layout, std::string_view name) {
    for (const RowMember& member : layout.members) {
        if (member.name == name) return &member;
    }
    for (const RowMember& member : layout.members) {
        if (equalIgnoringCase(member.name, name)) return &member;
    }
    return nullptr;
}

/// The members a catalogue cannot do without.
struct Required {
    const RowMember* ids;
    const RowMember* coefficients;
    const RowMember* errors;
};

Required findRequired(const Table& table) {
    const Required found{findMember(table.layout, column::sourceId) ? findMember(table.layout, column::sourceId)
                                                                    : findMember(table.layout, "source_id"),
                         findMember(table.layout, column::coefficients),
                         findMember(table.layout, column::coefficientErrors)};
    if (!found.ids || !found.coefficients || !found.errors) {
        std::vector<std::string> missing;
        if (!found.ids) missing.emplace_back(column::sourceId);
        if (!found.coefficients) missing.emplace_back(column::coefficients);
        if (!found.errors) missing.emplace_back(column::coefficientErrors);
        std::vector<std::string> names;
        for (const RowMember& member : table.layout.members) {
            names.push_back(member.name);
        }
        throw Error(table.where + " lacks " + join(missing) + "; its columns are " + join(names));
    }
    if (!found.ids->isInteger() || found.ids->isArray) {
        throw Error("column '" + found.ids->name + "' of " + table.where +
                    " does not hold one integer source_id a star");
    }
    for (const RowMember* member : {found.coefficients, found.errors}) {
        if (!member->isArray || !member->isNumeric() || member->count == 0) {
            throw Error("column '" + member->name + "' of " + table.where +
                        " is not an array of numbers a star (110 in Gaia DR3)");
        }
    }
    if (found.coefficients->count != found.errors->count) {
        throw Error("column '" + found.coefficients->name + "' of " + table.where + " has " +
                    std::to_string(found.coefficients->count) + " values a star but '" + found.errors->name + "' has " +
                    std::to_string(found.errors->count) + "; they must be of one length");
    }
    return found;
}

/// The member that says where `member` is missing (astropy's NAME.mask), or null.
const RowMember* findMask(const RowLayout& layout, const RowMember& member) {
    for (const RowMember& other : layout.members) {
        if (other.name == member.name + ".mask" && other.count == member.count && other.elementBytes == 1 &&
            other.isInteger()) {
            return &other;
        }
    }
    return nullptr;
}

struct Extra {
    std::string name;
    std::string unit;
    ColumnBuilder builder;
};

/// What is asked of a table: null pointers stand for everything.
struct Choice {
    const std::span<const std::uint32_t>* rows = nullptr;
    const std::span<const std::string>* columns = nullptr;

    std::size_t count(const Table& table) const { return rows ? rows->size() : table.rows; }
    bool wants(const std::string& name) const {
        return !columns || std::any_of(columns->begin(), columns->end(),
                                       [&](const std::string& one) { return equalIgnoringCase(one, name); });
    }
};

std::vector<Extra> planExtras(const Table& table, const Required& required, const Choice& choice) {
    const auto isRequired = [&](const RowMember& member) {
        return &member == required.ids || &member == required.coefficients || &member == required.errors;
    };
    std::vector<const RowMember*> masks;
    for (const RowMember& member : table.layout.members) {
        if (&member != required.ids) masks.push_back(findMask(table.layout, member));
    }
    std::vector<Extra> extras;
    for (const RowMember& member : table.layout.members) {
        if (isRequired(member) || std::find(masks.begin(), masks.end(), &member) != masks.end()) continue;
        const auto unit = table.meta.units.find(member.name);
        const RowMember* mask = findMask(table.layout, member);
        for (std::size_t element = 0; element < member.count; ++element) {
            std::string name = member.isArray ? member.name + "[" + std::to_string(element) + "]" : member.name;
            if (!choice.wants(name)) continue;
            extras.push_back({std::move(name), unit == table.meta.units.end() ? "" : unit->second,
                              ColumnBuilder(member, element, mask, choice.count(table))});
        }
    }
    return extras;
}

/// A damaged header can promise any number of rows; asking for the memory first gives a sentence instead of a crash.
void checkMemory(const Table& table, const Choice& choice) {
    double perRow = 0;
    for (const RowMember& member : table.layout.members) {
        if (!member.isArray && !choice.wants(member.name)) continue;
        const bool isText = !member.isNumeric();
        perRow += static_cast<double>(member.count) * (isText ? sizeof(std::string) : sizeof(float));
    }
    const double needed = perRow * static_cast<double>(choice.count(table));
    const double available =
        static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
    if (needed > available) {
        throw Error(table.where + " says it has " + std::to_string(choice.count(table)) + " rows, which need " +
                    std::to_string(static_cast<long long>(needed / 1e9)) + " GB where this machine has " +
                    std::to_string(static_cast<long long>(available / 1e9)) +
                    " GB; use a part of it, or copy it again if it is damaged");
    }
}

/// Where runs of chosen rows with gaps below this begin and end: a read is worth some rows that nobody wants.
constexpr std::size_t worthReading = 1024;

/// Hands the chosen rows to `use` as if the table had no others.
void readChosenRows(const Table& table, std::span<const std::uint32_t> rows, ThreadPool& pool, const JobContext& job,
                    const std::function<void(const RowBlock&)>& use) {
    const auto useChosen = [&](const RowBlock& block) {
        const auto end = block.begin + block.count;
        auto at = std::lower_bound(rows.begin(), rows.end(), block.begin);
        while (at != rows.end() && *at < end) {
            auto runEnd = at + 1;
            while (runEnd != rows.end() && *runEnd < end && *runEnd == runEnd[-1] + 1) {
                ++runEnd;
            }
            use({block.data + (*at - block.begin) * block.rowBytes, block.rowBytes,
                 static_cast<std::size_t>(at - rows.begin()), static_cast<std::size_t>(runEnd - at)});
            at = runEnd;
        }
    };
    for (std::size_t begin = 0; begin < rows.size();) {
        std::size_t end = begin + 1;
        while (end < rows.size() && rows[end] - rows[end - 1] <= worthReading) {
            ++end;
        }
        readRowBlocks(table.dataset.id(), table.layout, {rows[begin], rows[end - 1] + std::size_t{1}, table.rows},
                      table.where, pool, job, useChosen);
        begin = end;
    }
}

Catalog readTable(const std::filesystem::path& path, const Choice& choice, const JobContext& job) {
    Table table = openTable(path);
    const Required required = findRequired(table);
    checkMemory(table, choice);
    if (choice.rows && choice.rows->back() >= table.rows) throw Error(table.where + " has fewer rows than it had");
    const std::size_t rows = choice.count(table);
    ThreadPool pool;
    const std::size_t width = required.coefficients->count;
    std::vector<std::int64_t> ids(rows);
    std::vector<float> coefficients;
    std::vector<float> errors;
    // Touching 440 MB for the first time costs as much as reading it, so the two blocks are made at the same time.
    pool.forChunks(
        2, 1, [&](std::size_t block, std::size_t, int) { (block == 0 ? coefficients : errors).resize(rows * width); });
    std::vector<Extra> extras = planExtras(table, required, choice);
    const RowMember* coefficientMask = findMask(table.layout, *required.coefficients);
    const RowMember* errorMask = findMask(table.layout, *required.errors);
    std::mutex extrasMutex; // columns bear several threads only in blocks that begin at multiples of 64
    const auto convertBlock = [&](const RowBlock& block) {
        convertToIntegers(*required.ids, block, ids);
        convertToFloats(*required.coefficients, coefficientMask, block, coefficients);
        convertToFloats(*required.errors, errorMask, block, errors);
        std::unique_lock lock(extrasMutex, std::defer_lock);
        if (choice.rows) lock.lock();
        for (Extra& extra : extras) {
            extra.builder.fill(block);
        }
    };
    if (choice.rows) {
        readChosenRows(table, *choice.rows, pool, job, convertBlock);
    } else {
        readRowBlocks(table.dataset.id(), table.layout, {0, rows, rows}, table.where, pool, job, convertBlock);
    }
    std::vector<Column> columns;
    columns.reserve(extras.size());
    for (Extra& extra : extras) {
        columns.push_back(std::move(extra.builder).finish(std::move(extra.name), std::move(extra.unit)));
    }
    Catalog catalog(path.stem().string(), width, std::move(ids), std::move(coefficients), std::move(errors),
                    std::move(columns));
    catalog.setPath(path);
    catalog.attributes() = hdf5::readAttributesAsText(table.dataset.id());
    catalog.attributes().insert(table.meta.meta.begin(), table.meta.meta.end());
    if (!table.layout.unsupported.empty()) {
        catalog.addNotice("Columns of a type Zscape cannot hold were left out: " + join(table.layout.unsupported) +
                          ".");
    }
    return catalog;
}

Catalog readGuarded(const std::filesystem::path& path, const Choice& choice, const JobContext& job) {
    try {
        return readTable(path, choice, job);
    } catch (const std::bad_alloc&) {
        throw Error("not enough memory to read " + path.string() + "; close other programs or use a part of it");
    } catch (const std::length_error&) {
        throw Error(path.string() + " says it has more rows than memory can address; it is damaged, copy it again");
    }
}

} // namespace

std::size_t countReleasedRows(const std::filesystem::path& path) {
    return openTable(path).rows;
}

Catalog readReleasedCatalog(const std::filesystem::path& path, const JobContext& job) {
    return readGuarded(path, {}, job);
}

Catalog readReleasedRows(const std::filesystem::path& path, std::span<const std::uint32_t> rows,
                         std::span<const std::string> columns, const JobContext& job) {
    return readGuarded(path, {&rows, &columns}, job);
}

} // namespace zscape
