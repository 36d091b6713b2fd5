#pragma once

#include "core/archive/byte_stream.h"
#include "core/archive/votable_field.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct XML_ParserStruct;

/// Inside core/archive: a VOTable's XML through expat, as far as the data, then the data in pieces.
namespace zscape {

enum class VotableEncoding { TableData, Binary, Binary2 };

/// What the first table with data says before them.
struct VotableHead {
    std::string table;
    std::vector<VotableField> fields;
    std::vector<std::string> notices;
    VotableEncoding encoding = VotableEncoding::TableData;
};

/// Where the data go. A returned text, which follows the file's name (", row 3, ..."), ends the reading.
struct VotableSink {
    std::function<void()> beginRow{};
    std::function<void(std::size_t field, std::string_view text)> cell{};
    std::function<std::string(std::size_t fields)> endRow{};
    std::function<std::string(std::string_view base64)> stream{};
};

/// Not for two threads at once.
class VotableXml {
public:
    /// Reads as far as the data of the first table that has any. Throws Error: not XML, no table, entities declared,
    /// data elsewhere or in FITS.
    VotableXml(std::unique_ptr<ByteStream> stream, std::string name);
    ~VotableXml();
    VotableXml(const VotableXml&) = delete;
    VotableXml& operator=(const VotableXml&) = delete;

    const VotableHead& head() const { return m_head; }
    void setSink(VotableSink sink) { m_sink = std::move(sink); }
    /// Reads another piece of the file; false when the data have ended. Throws Error: what the sink says, damage.
    bool advance();
    double fraction() const { return m_stream->fraction(); }

private:
    enum class Place { BeforeData, AtData, InData, AfterData };
    struct Callbacks;
    struct Free {
        void operator()(XML_ParserStruct* parser) const;
    };

    bool parseMore();
    void checkStatus(int status);
    void stopWith(std::string problem);
    void open(std::string_view element, const char** attributes);
    void close(std::string_view element);
    void text(std::string_view characters);
    void openField(const std::map<std::string, std::string>& attributes);
    void openData(std::string_view element);
    void openStream(const char** attributes);

    std::unique_ptr<ByteStream> m_stream;
    std::string m_name;
    std::unique_ptr<XML_ParserStruct, Free> m_parser;
    VotableHead m_head;
    VotableSink m_sink;
    std::string m_problem;
    Place m_place = Place::BeforeData;
    bool m_isSuspended = false;
    bool m_isAtEnd = false;
    bool m_hasRoot = false;
    bool m_isInTable = false;
    bool m_isInField = false;
    bool m_isInDescription = false;
    bool m_isInCell = false;
    std::size_t m_depth = 0;
    std::size_t m_cell = 0;
    std::string m_text;
    std::uint64_t m_fedBytes = 0;
};

} // namespace zscape
