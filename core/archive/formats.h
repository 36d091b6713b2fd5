#pragma once

#include "core/archive/byte_stream.h"
#include "core/archive/table_source.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>

/// Inside core/archive: the readers behind openTable, one file a format.
namespace zscape {

/// How messages call it: "stars.csv", "'a/b.csv' in stars.zip".
std::string nameOf(const TableEntry& entry);
std::unique_ptr<ByteStream> streamOf(const TableEntry& entry);

std::unique_ptr<TableSource> openTextTable(const TableEntry& entry, const ReadOptions& options, const JobContext& job);
std::unique_ptr<TableSource> openFitsTable(const TableEntry& entry, const ReadOptions& options, const JobContext& job);
std::unique_ptr<TableSource> openVotable(const TableEntry& entry, const ReadOptions& options, const JobContext& job);
std::unique_ptr<TableSource> openHdf5Table(const TableEntry& entry, const ReadOptions& options, const JobContext& job);

/// The same from bytes: of tests and fuzz targets, and of archive members where the format needs all bytes at once.
std::unique_ptr<TableSource> openTextTable(std::unique_ptr<ByteStream> stream, const std::string& name,
                                           const ReadOptions& options, const JobContext& job);
std::unique_ptr<TableSource> openVotable(std::unique_ptr<ByteStream> stream, const std::string& name,
                                         const ReadOptions& options, const JobContext& job);
std::unique_ptr<TableSource> openFitsTable(std::vector<std::byte> bytes, const std::string& name,
                                           const std::string& table, const ReadOptions& options, const JobContext& job);
std::unique_ptr<TableSource> openHdf5Table(std::vector<std::byte> bytes, const std::string& name,
                                           const std::string& table, const ReadOptions& options, const JobContext& job);

/// A file that a format must hold in memory (in gzip or zip) may have no more bytes than this.
inline constexpr std::size_t largestInMemory = std::size_t{512} << 20;

} // namespace zscape
