#pragma once

#include "core/io/table_file.h"

#include <memory>

namespace zscape {

class TableSink;

/// Writes a table whose rows come in pieces, so that it need not fit into memory. The file appears only with `commit`.
/// One thread at a time; HDF5 is used for .h5, so not while another thread does.
/// - .csv: one header line, then one line a row: `source_id`, a matrix as `mu_1`, `mu_2`, ... and with an axis as
///   `flux_336`, `flux_338`, ... (the axis values). Numbers have the shortest digits that read back exactly; `nan`; a
///   missing integer or text is empty. Texts in double quotes where they need them (RFC 4180).
/// - .ecsv: the same columns with types, units, descriptions, attributes and axes in the header (UCDs as `ucd` of a
///   column's meta); astropy reads it (`Table.read(f, format="ascii.ecsv")`).
/// - .fits: one binary table (K, J, E, D, nA), matrices as arrays; TUNIT, TUCD, TCOMM, missing integers as TNULL (the
///   least number of the type). Attributes are keywords `HIERARCH ZSCAPE NAME`. Each axis is a table of its own behind.
/// - .vot, .votable, .xml: VOTable 1.4 in BINARY2, or TABLEDATA for .xml; units, UCDs, descriptions; attributes as
/// INFO,
///   axes as PARAM of the table.
/// - .h5: datasets `source_id` (int64), each block by name (rows x columns, or rows), each axis by name; attributes
///   `unit`, `ucd`, `description` and `missing_value` (integers) on a dataset, the table's on the root. Texts are
///   byte strings of fixed length.
class TableWriter {
public:
    /// `layout` tells names, types, units, axes and attributes; its rows are not written. Texts get the width of its
    /// longest (FITS and HDF5). Throws Error (unknown ending, folder missing).
    TableWriter(const std::filesystem::path& path, const NumericTable& layout);
    /// The same, with the rows that will come: HDF5 is then written in one piece a dataset.
    TableWriter(const std::filesystem::path& path, const NumericTable& layout, std::size_t rows);
    ~TableWriter();
    TableWriter(const TableWriter&) = delete;
    TableWriter& operator=(const TableWriter&) = delete;

    /// Rows of the same blocks in the same order. Throws Error (disk full, a text longer than the layout's, an integer
    /// that means missing) and Cancelled.
    void append(const NumericTable& piece, const JobContext& job = {});
    std::size_t rows() const { return m_rows; }
    /// Ends the file and gives it its name. Throws Error.
    void commit();

private:
    struct State;
    std::unique_ptr<State> m_state;
    std::size_t m_rows = 0;
};

} // namespace zscape
