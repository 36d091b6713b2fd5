#pragma once

#include "core/archive/table_source.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace zscape::test {

inline std::filesystem::path writeFile(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path;
}

inline std::string readFile(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

inline std::vector<std::byte> bytesOf(std::string_view text) {
    const auto* const first = reinterpret_cast<const std::byte*>(text.data());
    return {first, first + text.size()};
}

/// The message of the Error that `work` throws; "" when it throws none.
template <typename Work>
std::string errorOf(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

/// All rows of a table in one batch.
inline TableBatch readAll(TableSource& source) {
    TableBatch all;
    TableBatch batch;
    while (source.next(batch)) {
        if (all.columns.empty()) {
            all = batch;
            continue;
        }
        EXPECT_EQ(batch.firstRow, all.rows);
        all.rows += batch.rows;
        for (std::size_t index = 0; index < batch.columns.size(); ++index) {
            ColumnValues& to = all.columns[index];
            const ColumnValues& from = batch.columns[index];
            const std::size_t before = std::visit([](const auto& values) { return values.size(); }, to.values);
            const std::size_t added = std::visit([](const auto& values) { return values.size(); }, from.values);
            if (!to.missingMarks.empty() || !from.missingMarks.empty()) {
                to.missingMarks.resize(before, 0);
                to.missingMarks.insert(to.missingMarks.end(), from.missingMarks.begin(), from.missingMarks.end());
                to.missingMarks.resize(before + added, 0);
            }
            std::visit(
                [&](auto& values) {
                    const auto& more = std::get<std::decay_t<decltype(values)>>(from.values);
                    values.insert(values.end(), more.begin(), more.end());
                },
                to.values);
            for (std::size_t offset = 1; offset < from.offsets.size(); ++offset) {
                to.offsets.push_back(before + from.offsets[offset]);
            }
        }
    }
    return all;
}

/// The message of reading a whole file; "" when it can be read.
inline std::string problemOf(const std::filesystem::path& path) {
    return errorOf([&] {
        const auto source = openTable(path);
        TableBatch batch;
        while (source->next(batch)) {
        }
    });
}

} // namespace zscape::test
