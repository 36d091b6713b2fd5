#pragma once

#include <QTest>
#include <QWidget>

#include <string>

namespace zscape::test {

/// Pictures of what a test has opened, to look at, where ZSCAPE_TEST_PICTURES names a folder for them.
inline void savePicture(QWidget& widget, const std::string& name) {
    const QByteArray folder = qgetenv("ZSCAPE_TEST_PICTURES");
    if (folder.isEmpty()) return;
    QTest::qWait(300);
    widget.grab().save(QString::fromLocal8Bit(folder) + u'/' + QString::fromStdString(name) + QStringLiteral(".png"));
}

} // namespace zscape::test
