#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QString>
#include <QVariant>

/// XML-RPC as SAMP uses it: values are texts, lists and maps (QString, QVariantList, QVariantMap).
namespace zscape::samp {

struct Call {
    QString method;
    QVariantList parameters;
};

/// The other side understood a call and refused it.
class Fault : public Error {
public:
    using Error::Error;
};

/// Characters that SAMP does not carry (control characters, all but ASCII) become '?'.
QByteArray writeCall(const Call& call);
QByteArray writeResponse(const QVariant& value);
QByteArray writeFault(int code, const QString& message);

/// Numbers and booleans are read as texts ("1" for true). Documents with a DTD, and so entities of their own, deeper
/// than 32 values, or of any other form are refused. Throw Error; readResponse Fault where the answer is one.
Call readCall(const QByteArray& document);
QVariant readResponse(const QByteArray& document);

} // namespace zscape::samp
