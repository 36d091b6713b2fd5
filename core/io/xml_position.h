#pragma once

// Where expat's parser is. expat 2.9 (Debian 13) wants the functions of 64 bits, which expat 2.5 (Debian 12) has not.

#include <expat.h>

#include <cstdint>
#include <string>

namespace zscape {

#ifdef XML_ATTR_DEPRECATED
/// -1 before the first byte.
inline std::int64_t xmlByte(XML_Parser parser) {
    return XML_GetCurrentByteIndex64(parser);
}
inline std::string xmlLine(XML_Parser parser) {
    return std::to_string(XML_GetCurrentLineNumber64(parser));
}
/// Counted from 1.
inline std::string xmlColumn(XML_Parser parser) {
    return std::to_string(XML_GetCurrentColumnNumber64(parser) + 1);
}
#else
inline std::int64_t xmlByte(XML_Parser parser) {
    return XML_GetCurrentByteIndex(parser);
}
inline std::string xmlLine(XML_Parser parser) {
    return std::to_string(XML_GetCurrentLineNumber(parser));
}
inline std::string xmlColumn(XML_Parser parser) {
    return std::to_string(XML_GetCurrentColumnNumber(parser) + 1);
}
#endif

} // namespace zscape
