#pragma once

#include "core/archive/table_source.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Inside core/archive: CFITSIO with an owner and sentences, and what a binary table's columns are.
namespace zscape {

/// One column as its cells lie in a row.
struct FitsColumn {
    std::string name;
    char code = 'D';           ///< of the elements: L B I J K E D A X
    bool isHeap = false;       ///< a descriptor in the row, the elements in the heap
    bool isWide = false;       ///< the descriptor has 64-bit numbers (Q)
    int number = 0;            ///< counted from 1
    std::size_t offset = 0;    ///< in the row
    std::size_t repeat = 1;    ///< elements in the row; of text: characters
    std::size_t textWidth = 0; ///< of one text of a list of them; 0: the whole cell is one
    double scale = 1;
    double zero = 0;
    std::optional<std::int64_t> null;

    bool isScaled() const { return scale != 1 || zero != 0; }
};

/// Bytes of one element of a type code; 0 for a code that no column has here.
std::size_t fitsElementBytes(char code);

/// A binary table in an open file. Not for two threads at once.
class FitsFile {
public:
    /// Throw Error: not FITS, damaged, no such table. `table` empty: the first with rows.
    FitsFile(const std::filesystem::path& path, std::string name, const std::string& table);
    FitsFile(std::vector<std::byte> bytes, std::string name, const std::string& table);
    ~FitsFile();
    FitsFile(const FitsFile&) = delete;
    FitsFile& operator=(const FitsFile&) = delete;

    /// Fills `schema.columns` and what belongs to them here; columns that cannot be read become notices.
    std::vector<FitsColumn> describe(TableSchema& schema);
    std::uint64_t rows() const { return m_rows; }
    std::size_t rowBytes() const { return m_rowBytes; }
    std::uint64_t heapBytes() const { return m_heapBytes; }

    void readRows(std::uint64_t first, std::size_t count, std::byte* out);
    /// Elements of a heap column, with scaling and nulls done; `row` counts from 0.
    void readHeap(const FitsColumn& column, std::uint64_t row, std::size_t count, float* out);
    void readHeap(const FitsColumn& column, std::uint64_t row, std::size_t count, double* out);
    void readHeap(const FitsColumn& column, std::uint64_t row, std::size_t count, std::int64_t* out, std::int64_t null);
    std::string readHeapText(const FitsColumn& column, std::uint64_t row, std::size_t count);

private:
    struct Handle;
    void check(int status, const std::string& doing) const;
    void moveToTable(const std::string& table);
    void readSizes();
    /// Refuses a header that CFITSIO would overrun its own buffers with: texts that are not in quotes, numbers so long
    /// that they do not fit its messages.
    void checkHeader(std::uint64_t start) const;
    void requireShortValue(std::string_view card) const;
    std::string bytesAt(std::uint64_t start, std::size_t count) const;
    std::string keyText(const std::string& key) const;
    void readHeapAs(const FitsColumn& column, std::uint64_t row, std::size_t count, int type, void* null, void* out);

    std::string m_name;
    std::filesystem::path m_path; ///< empty for a file in memory
    std::vector<std::byte> m_bytes;
    void* m_memory = nullptr;
    std::size_t m_memoryBytes = 0;
    std::unique_ptr<Handle> m_handle;
    std::uint64_t m_fileBytes = 0;
    std::uint64_t m_rows = 0;
    std::size_t m_rowBytes = 0;
    std::uint64_t m_heapBytes = 0;
};

} // namespace zscape
