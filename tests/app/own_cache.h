#pragma once

#include "tests/support/temporary_folder.h"

#include <QApplication>
#include <QTest>

namespace zscape::test {

/// Runs a test of the window with a cache of its own: the demo's catalogue must not touch the user's.
template <typename Test>
int runWithOwnCache(int argc, char** argv) {
    const TemporaryFolder cache;
    qputenv("XDG_CACHE_HOME", QByteArray::fromStdString(cache.path().string()));
    QApplication application(argc, argv);
    Test test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace zscape::test
