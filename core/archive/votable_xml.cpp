#include "core/archive/votable_xml.h"

#include "core/base/error.h"
#include "core/io/xml_position.h"

#include <algorithm>
#include <charconv>

namespace zscape {

namespace {

/// Line ends and indents of an XML text are the writer's, not the text's.
std::string withSingleBlanks(std::string_view text) {
    std::string words;
    for (const char letter : text) {
        const bool isBlank = letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
        if (!isBlank) words += letter;
        if (isBlank && !words.empty() && words.back() != ' ') words += ' ';
    }
    if (words.ends_with(' ')) words.pop_back();
    return words;
}

constexpr int chunkBytes = 1 << 18;
constexpr std::size_t largestCell = std::size_t{64} << 20;
constexpr std::size_t largestDepth = 100;
constexpr std::size_t mostFields = 100000;

/// "vot:TABLE" is TABLE: prefixes are free, and the names are VOTable's alone.
std::string_view withoutPrefix(std::string_view name) {
    const std::size_t colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

} // namespace

/// What expat calls. Nothing may be thrown through its C code, so problems are kept and the parser is stopped.
struct VotableXml::Callbacks {
    static VotableXml& self(void* data) { return *static_cast<VotableXml*>(data); }
    template <typename Work>
    static void guarded(void* data, const Work& work) {
        VotableXml& xml = self(data);
        if (!xml.m_problem.empty()) return;
        try {
            work(xml);
        } catch (const std::exception& error) {
            xml.stopWith(error.what());
        }
    }
    static void open(void* data, const char* name, const char** attributes) {
        guarded(data, [&](VotableXml& xml) { xml.open(withoutPrefix(name), attributes); });
    }
    static void close(void* data, const char* name) {
        guarded(data, [&](VotableXml& xml) { xml.close(withoutPrefix(name)); });
    }
    static void text(void* data, const char* characters, int count) {
        guarded(data, [&](VotableXml& xml) { xml.text({characters, static_cast<std::size_t>(count)}); });
    }
    static void entity(void* data, const char*, int, const char*, int, const char*, const char*, const char*,
                       const char*) {
        self(data).stopWith("declares XML entities, which no VOTable needs and which can be made to harm");
    }
};

void VotableXml::Free::operator()(XML_ParserStruct* parser) const {
    XML_ParserFree(parser);
}

VotableXml::VotableXml(std::unique_ptr<ByteStream> stream, std::string name)
    : m_stream(std::move(stream)),
      m_name(std::move(name)),
      m_parser(XML_ParserCreate(nullptr)) {
    if (!m_parser) throw Error("no memory to read " + m_name);
    XML_SetUserData(m_parser.get(), this);
    XML_SetElementHandler(m_parser.get(), Callbacks::open, Callbacks::close);
    XML_SetCharacterDataHandler(m_parser.get(), Callbacks::text);
    XML_SetEntityDeclHandler(m_parser.get(), Callbacks::entity);
    while (m_place == Place::BeforeData && parseMore()) {
    }
    if (m_place == Place::BeforeData) throw Error(m_name + " has no table with data");
}

VotableXml::~VotableXml() = default;

void VotableXml::stopWith(std::string problem) {
    if (m_problem.empty()) m_problem = std::move(problem);
    XML_StopParser(m_parser.get(), XML_FALSE);
}

bool VotableXml::advance() {
    if (m_place == Place::AtData) m_place = Place::InData;
    if (m_place == Place::AfterData) return false;
    if (!parseMore() && m_place != Place::AfterData)
        throw Error(m_name + " ends within its data; copy or download it again");
    return m_place != Place::AfterData;
}

bool VotableXml::parseMore() {
    if (m_isSuspended) {
        m_isSuspended = false;
        checkStatus(XML_ResumeParser(m_parser.get()));
        return true;
    }
    if (m_isAtEnd) return false;
    void* const buffer = XML_GetBuffer(m_parser.get(), chunkBytes);
    if (!buffer) throw Error("no memory to read " + m_name);
    const std::size_t got = m_stream->read({static_cast<char*>(buffer), static_cast<std::size_t>(chunkBytes)});
    m_isAtEnd = got < static_cast<std::size_t>(chunkBytes);
    m_fedBytes += got;
    checkStatus(XML_ParseBuffer(m_parser.get(), static_cast<int>(got), m_isAtEnd ? XML_TRUE : XML_FALSE));
    const std::int64_t at = xmlByte(m_parser.get());
    if (at >= 0 && m_fedBytes > static_cast<std::uint64_t>(at) + largestCell) {
        throw Error(m_name + " has an XML tag of more than " + std::to_string(largestCell >> 20) +
                    " MB; it is damaged or no VOTable");
    }
    return true;
}

void VotableXml::checkStatus(int status) {
    if (!m_problem.empty()) throw Error(m_name + (m_problem.starts_with(',') ? "" : " ") + m_problem);
    if (status == XML_STATUS_SUSPENDED) {
        m_isSuspended = true;
        return;
    }
    if (status == XML_STATUS_OK) return;
    // What follows the data cannot change them.
    if (m_place == Place::AfterData) return;
    const XML_Error code = XML_GetErrorCode(m_parser.get());
    const std::string line = xmlLine(m_parser.get());
    const std::string column = xmlColumn(m_parser.get());
    if (m_isAtEnd &&
        (code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN || code == XML_ERROR_PARTIAL_CHAR)) {
        throw Error(m_name + (m_hasRoot ? " is cut off at line " + line + "; copy or download it again"
                                        : " has no XML element"));
    }
    const char* const text = XML_ErrorString(code);
    throw Error(m_name + " is not well-formed XML at line " + line + ", column " + column + " (" +
                (text ? text : "unknown error") + ")");
}

void VotableXml::open(std::string_view element, const char** attributes) {
    if (!m_hasRoot && element != "VOTABLE") {
        return stopWith("is XML but no VOTable: it begins with <" + std::string(element.substr(0, 40)) + ">");
    }
    m_hasRoot = true;
    if (++m_depth > largestDepth)
        return stopWith("has XML elements more than " + std::to_string(largestDepth) + " deep, which no VOTable has");
    if (m_place == Place::InData || m_place == Place::AtData) {
        if (element == "TR") {
            m_cell = 0;
            if (m_sink.beginRow) m_sink.beginRow();
        } else if (element == "TD") {
            m_isInCell = true;
            m_text.clear();
        } else if (element == "STREAM") {
            openStream(attributes);
        }
        return;
    }
    if (m_place == Place::AfterData) return;
    std::map<std::string, std::string> values;
    for (const char** pair = attributes; pair && *pair; pair += 2) {
        values[std::string(withoutPrefix(pair[0]))] = pair[1];
    }
    if (element == "TABLE") {
        if (m_isInTable) return stopWith("has a TABLE within a TABLE, which no VOTable has");
        m_isInTable = true;
        m_head = VotableHead{};
        m_head.table = values["name"];
    } else if (m_isInTable && element == "FIELD") {
        openField(values);
    } else if (m_isInField && element == "VALUES" && values.contains("null")) {
        const std::string& null = values["null"];
        std::int64_t value = 0;
        if (std::from_chars(null.data(), null.data() + null.size(), value).ec == std::errc{})
            m_head.fields.back().null = value;
    } else if (m_isInField && element == "DESCRIPTION") {
        m_isInDescription = true;
        m_text.clear();
    } else if (m_isInTable &&
               (element == "TABLEDATA" || element == "BINARY" || element == "BINARY2" || element == "FITS")) {
        openData(element);
    }
}

void VotableXml::openField(const std::map<std::string, std::string>& attributes) {
    const auto take = [&](const char* key) {
        const auto found = attributes.find(key);
        return found == attributes.end() ? std::string{} : found->second;
    };
    m_isInField = true;
    std::string name = take("name");
    if (name.empty()) name = take("ID");
    if (name.empty()) return stopWith("has a FIELD without a name, number " + std::to_string(m_head.fields.size() + 1));
    if (m_head.fields.size() >= mostFields)
        return stopWith("has more than " + std::to_string(mostFields) + " columns; it is damaged");
    VotableField field;
    try {
        field = describeVotableField(name, take("datatype"), take("arraysize"));
    } catch (const Error& error) {
        return stopWith(std::string("cannot be read: ") + error.what());
    }
    field.info.unit = take("unit");
    field.info.ucd = take("ucd");
    if (!field.isReadable) {
        m_head.notices.push_back("column '" + name + "' of " + m_name + " was left out: it holds " +
                                 (field.type == VotableType::Bit ? "bits" : "complex numbers"));
    }
    m_head.fields.push_back(std::move(field));
}

void VotableXml::openData(std::string_view element) {
    if (element == "FITS") return stopWith("holds its data as FITS within XML; extract the FITS file first");
    if (m_head.fields.empty()) return stopWith("has data but no FIELD that describes them");
    m_head.encoding = element == "TABLEDATA" ? VotableEncoding::TableData
                      : element == "BINARY"  ? VotableEncoding::Binary
                                             : VotableEncoding::Binary2;
    m_place = Place::AtData;
    // The caller says what it wants of the columns before any row is read.
    XML_StopParser(m_parser.get(), XML_TRUE);
}

void VotableXml::openStream(const char** attributes) {
    for (const char** pair = attributes; pair && *pair; pair += 2) {
        const std::string_view key = withoutPrefix(pair[0]);
        if (key == "href")
            return stopWith("says that its data are elsewhere (" + std::string(pair[1]) + "); get them in one file");
        if (key == "encoding" && std::string_view(pair[1]) != "base64") {
            return stopWith("has its data in the encoding '" + std::string(pair[1]) + "'; base64 is read");
        }
    }
}

void VotableXml::close(std::string_view element) {
    --m_depth;
    if (m_place == Place::AfterData) return;
    if (m_place == Place::BeforeData) {
        if (element == "FIELD") m_isInField = false;
        if (element == "TABLE") m_isInTable = false;
        if (element == "DESCRIPTION" && m_isInDescription) {
            m_isInDescription = false;
            m_head.fields.back().info.description = withSingleBlanks(m_text);
        }
        return;
    }
    if (element == "TD") {
        m_isInCell = false;
        if (m_sink.cell) m_sink.cell(m_cell, m_text);
        ++m_cell;
    } else if (element == "TR") {
        std::string problem = m_sink.endRow ? m_sink.endRow(m_cell) : std::string{};
        if (!problem.empty()) stopWith(std::move(problem));
    } else if (element == "TABLEDATA" || element == "BINARY" || element == "BINARY2") {
        m_place = Place::AfterData;
    }
}

void VotableXml::text(std::string_view characters) {
    if (m_place == Place::InData && m_head.encoding != VotableEncoding::TableData) {
        std::string problem = m_sink.stream ? m_sink.stream(characters) : std::string{};
        if (!problem.empty()) stopWith(std::move(problem));
        return;
    }
    if (!m_isInCell && !m_isInDescription) return;
    if (m_text.size() + characters.size() > largestCell)
        return stopWith("has a cell of more than " + std::to_string(largestCell >> 20) + " MB");
    m_text.append(characters);
}

} // namespace zscape
