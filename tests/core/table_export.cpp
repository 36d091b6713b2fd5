// Writes the sample table in every format into a folder, for python_reads_tables.py.
#include "core/io/table_writer.h"
#include "tests/support/sample_table.h"

#include <iostream>

int main(int count, char** arguments) {
    if (count != 2) {
        std::cerr << "usage: table_export FOLDER\n";
        return 2;
    }
    try {
        const std::filesystem::path folder = arguments[1];
        for (const char* ending : {"csv", "ecsv", "fits", "vot", "xml", "h5"}) {
            zscape::writeTable(folder / (std::string("whole.") + ending), zscape::test::sampleTable());
            // The same rows three times, piece by piece.
            zscape::TableWriter writer(folder / (std::string("pieces.") + ending), zscape::test::sampleTable());
            for (int k = 0; k < 3; ++k) {
                writer.append(zscape::test::sampleTable());
            }
            writer.commit();
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
