#include "app/samp/http_request.h"

#include <QList>

namespace zscape::samp {

namespace {

constexpr qsizetype largestHead = 16 << 10;

} // namespace

HttpRequest::State HttpRequest::refuse(const char* status) {
    m_refusal = status;
    m_pending.clear();
    m_body.clear();
    return m_state = State::Refused;
}

HttpRequest::State HttpRequest::add(const QByteArray& bytes) {
    if (m_state != State::Incomplete) return m_state;
    if (!m_hasHead) {
        m_pending += bytes;
        const qsizetype end = m_pending.indexOf("\r\n\r\n");
        if (end < 0 && m_pending.size() <= largestHead) return m_state;
        if (end < 0 || end > largestHead) return refuse("431 Request Header Fields Too Large");
        if (readHead(m_pending.left(end)) == State::Refused) return m_state;
        m_hasHead = true;
        m_body = m_pending.mid(end + 4);
        m_pending.clear();
    } else {
        m_body += bytes;
    }
    if (m_body.size() > m_length) return refuse("400 Bad Request");
    if (m_body.size() == m_length) m_state = State::Whole;
    return m_state;
}

HttpRequest::State HttpRequest::readHead(const QByteArray& head) {
    const QList<QByteArray> lines = head.split('\n');
    const QList<QByteArray> request = lines.front().trimmed().split(' ');
    if (request.size() != 3 || !request[2].startsWith("HTTP/1.")) return refuse("400 Bad Request");
    if (request[0] != "POST") return refuse("405 Method Not Allowed");
    m_path = request[1];
    bool hasLength = false;
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const qsizetype colon = lines[i].indexOf(':');
        if (colon < 0) return refuse("400 Bad Request");
        const QByteArray name = lines[i].left(colon).trimmed().toLower();
        const QByteArray value = lines[i].mid(colon + 1).trimmed();
        // A page in a browser may send here what its author likes; it cannot leave this line out.
        if (name == "origin") return refuse("403 Forbidden");
        if (name == "transfer-encoding") return refuse("411 Length Required");
        if (name != "content-length") continue;
        bool isNumber = false;
        const qlonglong length = value.toLongLong(&isNumber);
        if (!isNumber || length < 0 || (hasLength && length != m_length)) return refuse("400 Bad Request");
        if (length > m_largestBody) return refuse("413 Payload Too Large");
        m_length = static_cast<qsizetype>(length);
        hasLength = true;
    }
    return hasLength ? m_state : refuse("411 Length Required");
}

QByteArray httpResponse(const QByteArray& status, const QByteArray& body) {
    return "HTTP/1.1 " + status + "\r\nContent-Type: text/xml\r\nContent-Length: " + QByteArray::number(body.size()) +
           "\r\nConnection: close\r\n\r\n" + body;
}

} // namespace zscape::samp
