#pragma once

#include "core/base/error.h"
#include "core/base/matrix_view.h"

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// RAII and a few verbs over the HDF5 C library. Included by core's .cpp files only (HDF5 stays private to core).
namespace zscape::hdf5 {

/// Owns one HDF5 identifier and closes it with the right function.
class Handle {
public:
    using Close = herr_t (*)(hid_t);
    Handle() = default;
    Handle(hid_t id, Close close) : m_id(id), m_close(close) {}
    Handle(Handle&& other) noexcept : m_id(std::exchange(other.m_id, H5I_INVALID_HID)), m_close(other.m_close) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(m_id, other.m_id);
        std::swap(m_close, other.m_close);
        return *this;
    }
    ~Handle() {
        if (m_id >= 0 && m_close) m_close(m_id);
    }
    hid_t id() const { return m_id; }
    explicit operator bool() const { return m_id >= 0; }

private:
    hid_t m_id = H5I_INVALID_HID;
    Close m_close = nullptr;
};

/// Keeps HDF5 from printing its error stack while it lives; Zscape reports errors itself.
class Quiet {
public:
    Quiet();
    ~Quiet();
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

private:
    H5E_auto2_t m_function = nullptr;
    void* m_data = nullptr;
};

/// Opens for reading. Throws Error: missing, no permission, not HDF5, truncated, damaged (hdf5_trial.h).
Handle openFile(const std::filesystem::path& path);
/// The same for a look at what a file is: an empty handle where it cannot be opened. HDF5 wants every opening of a file
/// that is open already to agree on how it closes, so all go through these two.
Handle tryOpenFile(const std::filesystem::path& path);
/// As tryOpenFile, of a file that may make libhdf5 crash: for hdf5_trial.
Handle openUntried(const std::filesystem::path& path);
/// Opens a file held in memory, read-only, one of ours unless requireHarmless was asked before; `name` appears in
/// messages. The bytes are not copied and must outlive it.
Handle openImage(std::span<const std::byte> bytes, const std::string& name);
/// Creates or empties a file, in the layout of HDF5 1.8 (checksums over all but the data) and without times (the same
/// content makes the same file). Throws Error.
Handle createFile(const std::filesystem::path& path);

/// A file that is only in memory, in the layout of createFile, and its bytes once it is complete. To be written by
/// plain means: when the disk is full, HDF5 can neither finish a file of its own nor let go of it. Throw Error.
Handle createImage();
std::vector<std::byte> imageBytes(hid_t file);

/// Innermost text of HDF5's own error stack, for the end of a message.
std::string lastErrorText();

bool exists(hid_t location, const std::string& name);
/// The names of a group's links, in name order.
std::vector<std::string> list(hid_t location, const std::string& group = ".");
/// Dimensions of a dataset (empty for a scalar). Throws Error when it is missing.
std::vector<std::size_t> shape(hid_t location, const std::string& name);

/// Whole-dataset reads with conversion to the given type. Throw Error naming dataset and file.
std::vector<double> readDoubles(hid_t location, const std::string& name);
std::vector<float> readFloats(hid_t location, const std::string& name);
std::vector<std::int64_t> readIntegers(hid_t location, const std::string& name);

/// Whole-dataset writes, contiguous. `dimensions` empty writes a scalar.
void writeDataset(hid_t location, const std::string& name, std::span<const double> values,
                  const std::vector<std::size_t>& dimensions);
void writeDataset(hid_t location, const std::string& name, std::span<const float> values,
                  const std::vector<std::size_t>& dimensions);
void writeDataset(hid_t location, const std::string& name, std::span<const std::int64_t> values,
                  const std::vector<std::size_t>& dimensions);
void writeDataset(hid_t location, const std::string& name, std::span<const std::int32_t> values,
                  const std::vector<std::size_t>& dimensions);
Handle createGroup(hid_t location, const std::string& name);

/// Attributes of an object `name` below `location` ("." for itself). Readers give nothing where it is missing.
void writeAttribute(hid_t location, const std::string& name, const std::string& attribute, const std::string& text);
void writeAttribute(hid_t location, const std::string& name, const std::string& attribute, std::int64_t value);
void writeAttribute(hid_t location, const std::string& name, const std::string& attribute, double value);
void writeAttribute(hid_t location, const std::string& name, const std::string& attribute,
                    std::span<const std::int64_t> values);
/// A text stored in the attribute itself instead of HDF5's heap of texts, the one part of a file that has no checksum.
void writeFixedText(hid_t location, const std::string& name, const std::string& attribute, const std::string& text);
std::optional<std::string> readTextAttribute(hid_t location, const std::string& name, const std::string& attribute);
std::optional<std::int64_t> readIntegerAttribute(hid_t location, const std::string& name, const std::string& attribute);
std::optional<double> readDoubleAttribute(hid_t location, const std::string& name, const std::string& attribute);
std::optional<std::vector<double>> readDoublesAttribute(hid_t location, const std::string& name,
                                                        const std::string& attribute);
std::optional<std::vector<std::int64_t>> readIntegersAttribute(hid_t location, const std::string& name,
                                                               const std::string& attribute);

/// All attributes of an object that can be written as text: strings, numbers, bools ("true", "false"); the elements of
/// an array are joined by ", ". Others (references, compounds) are left out.
std::map<std::string, std::string> readAttributesAsText(hid_t object);

/// Lines of text as a dataset of fixed-length byte strings (h5py: dtype S). Readers give what each line holds up to its
/// padding. Throw Error naming dataset and file.
void writeLines(hid_t location, const std::string& name, const std::vector<std::string>& lines);
std::vector<std::string> readLines(hid_t location, const std::string& name);

/// The file an object belongs to, for messages.
std::string fileName(hid_t location);

} // namespace zscape::hdf5
