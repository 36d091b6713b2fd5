#pragma once

#include <QByteArray>

namespace zscape::samp {

/// Takes in the bytes of one HTTP/1 POST as they come, and says when it is whole or why it is refused. Bounded: 16 kB
/// of head, `largestBody` of body.
class HttpRequest {
public:
    explicit HttpRequest(qsizetype largestBody) : m_largestBody(largestBody) {}

    enum class State { Incomplete, Whole, Refused };
    State add(const QByteArray& bytes);
    State state() const { return m_state; }

    const QByteArray& path() const { return m_path; }
    const QByteArray& body() const { return m_body; }
    /// The status line's end for a refused one, e.g. "405 Method Not Allowed".
    const QByteArray& refusal() const { return m_refusal; }

private:
    State refuse(const char* status);
    State readHead(const QByteArray& head);

    qsizetype m_largestBody;
    State m_state = State::Incomplete;
    QByteArray m_pending; ///< the head, until it is whole
    bool m_hasHead = false;
    qsizetype m_length = 0;
    QByteArray m_path;
    QByteArray m_body;
    QByteArray m_refusal;
};

/// An answer that ends the connection.
QByteArray httpResponse(const QByteArray& status, const QByteArray& body);

} // namespace zscape::samp
