// Writes the seeds of the fuzz targets: small tables of two stars in every format, made here and not taken from data.
#include <fitsio.h>
#include <hdf5.h>
#include <zip.h>
#include <zlib.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

const std::string ecsv =
    "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n# -\n#   name: source_id\n#   datatype: int64\n# -\n"
    "#   name: bp_coefficients\n#   datatype: string\n#   subtype: 'float64[null]'\n# -\n"
    "#   name: bp_coefficient_errors\n#   datatype: string\n#   subtype: 'float32[null]'\n"
    "source_id,bp_coefficients,bp_coefficient_errors\n"
    "5853498713190525696,\"[56947.03696840172,-7.85E-4]\",\"[1.5,2.25]\"\n56.0,null,\n";
const std::string flow =
    "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: a, unit: K, datatype: float32}\n# - {name: b, datatype: string}\n"
    "# meta: !!omap\n# - {k: v}\na b\n1.5 \"x \"\"y\"\"\"\nnan z\n";
const std::string csv = "source_id,x,name,list,ok\n1,2.5,\"a, b\",\"(1, 2)\",true\n2,null,c,\"(3, nan)\",false\n";
const std::string wide = "source_id\tbp_coeff_0\tbp_coeff_1\te_bp_coeff_0\te_bp_coeff_1\n1\t1.5\t2\t.1\t.2\n";

std::string votable(const std::string& data) {
    return "<?xml version='1.0'?>\n<VOTABLE version='1.4'><RESOURCE><TABLE name='t'>"
           "<FIELD name='source_id' datatype='long' ucd='meta.id'><DESCRIPTION>id</DESCRIPTION></FIELD>"
           "<FIELD name='n' datatype='short'><VALUES null='-1'/></FIELD>"
           "<FIELD name='bp_coefficients' datatype='double' arraysize='*'/><FIELD name='bp_coefficient_errors' "
           "datatype='float' arraysize='2*'/>"
           "<FIELD name='t' datatype='char' arraysize='3'/><DATA>" +
           data + "</DATA></TABLE></RESOURCE></VOTABLE>\n";
}

void write(const std::filesystem::path& path, const std::string& bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

std::string gzipped(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

void writeFits(const std::filesystem::path& path) {
    std::filesystem::create_directories(path.parent_path());
    std::filesystem::remove(path);
    fitsfile* file = nullptr;
    int status = 0;
    fits_create_diskfile(&file, path.c_str(), &status);
    std::array<std::string, 6> names{"source_id", "n", "bp_coefficients", "bp_coefficient_errors", "name", "flag"};
    std::array<std::string, 6> forms{"K", "I", "PD(2)", "2E", "6A", "L"};
    std::array<char*, 6> namePointers{};
    std::array<char*, 6> formPointers{};
    for (std::size_t index = 0; index < names.size(); ++index) {
        namePointers[index] = names[index].data();
        formPointers[index] = forms[index].data();
    }
    fits_create_tbl(file, BINARY_TBL, 2, 6, namePointers.data(), formPointers.data(), nullptr, "STARS", &status);
    int null = -32768;
    fits_write_key(file, TINT, "TNULL2", &null, nullptr, &status);
    for (LONGLONG row = 1; row <= 2; ++row) {
        LONGLONG id = row;
        std::array<double, 2> list{1.5, 2};
        std::array<float, 2> errors{1, 2};
        fits_write_col(file, TLONGLONG, 1, row, 1, 1, &id, &status);
        fits_write_col(file, TDOUBLE, 3, row, 1, 2, list.data(), &status);
        fits_write_col(file, TFLOAT, 4, row, 1, 2, errors.data(), &status);
    }
    fits_close_file(file, &status);
}

void writeHdf5(const std::filesystem::path& path) {
    std::filesystem::create_directories(path.parent_path());
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    struct Row {
        std::int64_t id;
        std::array<float, 2> x;
    };
    const std::array<Row, 2> rows{{{1, {1.5F, 2}}, {2, {3, 4}}}};
    const hsize_t count = 2;
    const hid_t list = H5Tarray_create2(H5T_NATIVE_FLOAT, 1, &count);
    const hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(Row));
    H5Tinsert(type, "source_id", offsetof(Row, id), H5T_NATIVE_INT64);
    H5Tinsert(type, "x", offsetof(Row, x), list);
    const hid_t space = H5Screate_simple(1, &count, nullptr);
    const hid_t dataset = H5Dcreate2(file, "t", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data());
    H5Dclose(dataset);
    H5Sclose(space);
    H5Tclose(type);
    H5Tclose(list);
    H5Fclose(file);
}

void writeZip(const std::filesystem::path& path) {
    std::filesystem::create_directories(path.parent_path());
    zip_t* const archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    zip_file_add(archive, "a.csv", zip_source_buffer(archive, csv.data(), csv.size(), 0), 0);
    zip_file_add(archive, "b/b.ecsv", zip_source_buffer(archive, ecsv.data(), ecsv.size(), 0), 0);
    zip_close(archive);
}

} // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const std::filesystem::path folder = arguments[1];
    write(folder / "text/a.ecsv", ecsv);
    write(folder / "text/b.ecsv", flow);
    write(folder / "text/c.csv", csv);
    write(folder / "text/d.tsv", wide);
    write(folder / "text/e.csv.gz", gzipped(csv));
    write(folder / "votable/a.xml",
          votable("<TABLEDATA><TR><TD>1</TD><TD>-1</TD><TD>1.5 2</TD><TD>1 2</TD><TD>abc</TD></TR></TABLEDATA>"));
    write(folder / "votable/b.xml",
          votable("<BINARY><STREAM encoding='base64'>AAAAAAAAAAEAAQAAAAE/8AAAAAAAAAAAAAE/gAAAYWJj</STREAM></BINARY>"));
    write(
        folder / "votable/c.xml",
        votable(
            "<BINARY2><STREAM encoding='base64'>QAAAAAAAAAABAAEAAAABP/AAAAAAAAAAAAABP4AAAGFiYw==</STREAM></BINARY2>"));
    write(folder / "number/a", "-56947.03696840172e-3");
    write(folder / "number/b", "8.325508E-4");
    write(folder / "number/c", "9007199254740993");
    writeFits(folder / "fits/a.fits");
    writeHdf5(folder / "hdf5/a.h5");
    writeZip(folder / "zip/a.zip");
    return 0;
}
