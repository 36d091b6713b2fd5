#include "app/samp/xml_rpc.h"

#include <QXmlStreamReader>
#include <QXmlStreamWriter>

namespace zscape::samp {

namespace {

constexpr int deepest = 32;

QString carried(QString text) {
    for (QChar& c : text) {
        const char16_t code = c.unicode();
        const bool allowed = (code >= 0x20 && code < 0x7F) || code == u'\t' || code == u'\n' || code == u'\r';
        if (!allowed) c = u'?';
    }
    return text;
}

void writeValue(QXmlStreamWriter& xml, const QVariant& value) {
    xml.writeStartElement(QStringLiteral("value"));
    if (value.typeId() == QMetaType::QVariantMap) {
        xml.writeStartElement(QStringLiteral("struct"));
        const QVariantMap map = value.toMap();
        for (auto entry = map.begin(); entry != map.end(); ++entry) {
            xml.writeStartElement(QStringLiteral("member"));
            xml.writeTextElement(QStringLiteral("name"), carried(entry.key()));
            writeValue(xml, entry.value());
            xml.writeEndElement();
        }
        xml.writeEndElement();
    } else if (value.typeId() == QMetaType::QVariantList || value.typeId() == QMetaType::QStringList) {
        xml.writeStartElement(QStringLiteral("array"));
        xml.writeStartElement(QStringLiteral("data"));
        const QVariantList list = value.toList();
        for (const QVariant& one : list) {
            writeValue(xml, one);
        }
        xml.writeEndElement();
        xml.writeEndElement();
    } else {
        xml.writeTextElement(QStringLiteral("string"), carried(value.toString()));
    }
    xml.writeEndElement();
}

template <typename Body>
QByteArray document(const char* root, const Body& body) {
    QByteArray bytes;
    QXmlStreamWriter xml(&bytes);
    xml.writeStartDocument();
    xml.writeStartElement(QLatin1String(root));
    body(xml);
    xml.writeEndElement();
    xml.writeEndDocument();
    return bytes;
}

class Reader {
public:
    explicit Reader(const QByteArray& bytes) : m_xml(bytes) { m_xml.setEntityExpansionLimit(0); }

    Call call() {
        open(u"methodCall");
        open(u"methodName");
        Call result{text().trimmed(), {}};
        if (result.method.isEmpty()) fail("names no method");
        if (nextChild()) {
            require(u"params");
            result.parameters = parameters();
            close();
        }
        end();
        return result;
    }

    QVariant response() {
        open(u"methodResponse");
        if (!nextChild()) fail("has no answer in it");
        if (m_xml.name() == u"fault") {
            open(u"value");
            const QVariantMap fault = value(0).toMap();
            throw Fault(("the hub refuses: " + fault.value(QStringLiteral("faultString")).toString()).toStdString());
        }
        require(u"params");
        const QVariantList all = parameters();
        close();
        end();
        return all.isEmpty() ? QVariant(QString()) : all.front();
    }

private:
    [[noreturn]] void fail(const char* what) const {
        throw Error("a SAMP message " + std::string(what) + " (line " + std::to_string(m_xml.lineNumber()) + ")");
    }

    /// The next tag of either kind; text between tags is white space, or it is an error.
    QXmlStreamReader::TokenType next() {
        for (;;) {
            switch (m_xml.readNext()) {
            case QXmlStreamReader::StartDocument:
            case QXmlStreamReader::Comment:
            case QXmlStreamReader::ProcessingInstruction:
                continue;
            case QXmlStreamReader::Characters:
                if (!m_xml.isWhitespace()) fail("has text where a tag should be");
                continue;
            case QXmlStreamReader::StartElement:
            case QXmlStreamReader::EndElement:
            case QXmlStreamReader::EndDocument:
                return m_xml.tokenType();
            case QXmlStreamReader::DTD:
            case QXmlStreamReader::EntityReference:
                fail("declares or uses entities, which is refused");
            default:
                fail("is no XML");
            }
        }
    }
    void require(QStringView name) const {
        if (m_xml.name() != name) fail("has a tag that does not belong there");
    }
    void open(QStringView name) {
        if (next() != QXmlStreamReader::StartElement) fail("ends too early");
        require(name);
    }
    /// False at the end of the element that is open.
    bool nextChild() {
        const auto token = next();
        if (token == QXmlStreamReader::EndDocument) fail("ends too early");
        return token == QXmlStreamReader::StartElement;
    }
    void close() {
        if (next() != QXmlStreamReader::EndElement) fail("has a tag too many");
    }
    void end() {
        if (m_xml.tokenType() != QXmlStreamReader::EndDocument && next() != QXmlStreamReader::EndDocument) {
            fail("goes on behind its end");
        }
    }
    /// Up to the end of the open element, which may hold nothing but text.
    QString text() {
        QString result;
        for (;;) {
            switch (m_xml.readNext()) {
            case QXmlStreamReader::Characters:
                result += m_xml.text();
                break;
            case QXmlStreamReader::EndElement:
                return result;
            case QXmlStreamReader::Comment:
                break;
            default:
                fail("holds something else where a text should be");
            }
        }
    }

    QVariantList parameters() {
        QVariantList result;
        while (nextChild()) {
            require(u"param");
            open(u"value");
            result.push_back(value(0));
            close();
        }
        return result;
    }

    /// Of the open <value>, to its end.
    QVariant value(int depth) {
        if (depth > deepest) fail("is nested too deeply");
        QString bare;
        for (;;) {
            switch (m_xml.readNext()) {
            case QXmlStreamReader::Characters:
                bare += m_xml.text();
                break;
            case QXmlStreamReader::EndElement:
                return bare; // without a type it is a text
            case QXmlStreamReader::StartElement: {
                if (!bare.trimmed().isEmpty()) fail("has text beside a value");
                QVariant result = typed(depth);
                close();
                return result;
            }
            case QXmlStreamReader::Comment:
                break;
            case QXmlStreamReader::EntityReference:
                fail("declares or uses entities, which is refused");
            default:
                fail("is no XML");
            }
        }
    }

    QVariant typed(int depth) {
        const QStringView type = m_xml.name();
        if (type == u"string" || type == u"int" || type == u"i4" || type == u"boolean" || type == u"double") {
            return text();
        }
        if (type == u"array") return list(depth);
        if (type == u"struct") return map(depth);
        fail("holds a type that SAMP does not have");
    }

    QVariantList list(int depth) {
        open(u"data");
        QVariantList result;
        while (nextChild()) {
            require(u"value");
            result.push_back(value(depth + 1));
        }
        close();
        return result;
    }

    QVariantMap map(int depth) {
        QVariantMap result;
        while (nextChild()) {
            require(u"member");
            open(u"name");
            const QString name = text();
            open(u"value");
            result.insert(name, value(depth + 1));
            close();
        }
        return result;
    }

    QXmlStreamReader m_xml;
};

} // namespace

QByteArray writeCall(const Call& call) {
    return document("methodCall", [&](QXmlStreamWriter& xml) {
        xml.writeTextElement(QStringLiteral("methodName"), call.method);
        xml.writeStartElement(QStringLiteral("params"));
        for (const QVariant& parameter : call.parameters) {
            xml.writeStartElement(QStringLiteral("param"));
            writeValue(xml, parameter);
            xml.writeEndElement();
        }
        xml.writeEndElement();
    });
}

QByteArray writeResponse(const QVariant& value) {
    return document("methodResponse", [&](QXmlStreamWriter& xml) {
        xml.writeStartElement(QStringLiteral("params"));
        xml.writeStartElement(QStringLiteral("param"));
        writeValue(xml, value);
        xml.writeEndElement();
        xml.writeEndElement();
    });
}

QByteArray writeFault(int code, const QString& message) {
    return document("methodResponse", [&](QXmlStreamWriter& xml) {
        xml.writeStartElement(QStringLiteral("fault"));
        xml.writeStartElement(QStringLiteral("value"));
        xml.writeStartElement(QStringLiteral("struct"));
        const auto member = [&](const char* name, const char* type, const QString& text) {
            xml.writeStartElement(QStringLiteral("member"));
            xml.writeTextElement(QStringLiteral("name"), QLatin1String(name));
            xml.writeStartElement(QStringLiteral("value"));
            xml.writeTextElement(QLatin1String(type), carried(text));
            xml.writeEndElement();
            xml.writeEndElement();
        };
        member("faultCode", "int", QString::number(code));
        member("faultString", "string", message);
        xml.writeEndElement();
        xml.writeEndElement();
        xml.writeEndElement();
    });
}

Call readCall(const QByteArray& document) {
    return Reader(document).call();
}

QVariant readResponse(const QByteArray& document) {
    return Reader(document).response();
}

} // namespace zscape::samp
