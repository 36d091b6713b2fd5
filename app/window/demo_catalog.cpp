#include "app/window/demo_catalog.h"

#include "app/open.h"

#include "core/base/error.h"
#include "core/catalog/released_layout.h"
#include "core/mock/mock_catalog.h"

#include <QStandardPaths>
#include <QString>

#include <string>

namespace zscape {

namespace {

constexpr MockOptions demoOptions{.stars = 50000, .seed = 1, .threads = 0};

} // namespace

std::filesystem::path demoCatalogPath() {
    const std::filesystem::path cache =
        QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation).toStdString();
    // The version is in the name: another version may generate another sample. The last number counts the columns'
    // changes within a version.
    return cache / "zscape" / ("mock-demo-" ZSCAPE_VERSION "-2.h5");
}

Catalog openDemoCatalog(const JobContext& job) {
    const std::filesystem::path path = demoCatalogPath();
    if (std::filesystem::exists(path)) {
        try {
            return openCatalog(path, job);
        } catch (const Cancelled&) {
            throw;
        } catch (const Error&) {
            job.report(-1, "the cached demo catalogue is damaged; making it anew");
        }
    }
    std::error_code code;
    std::filesystem::create_directories(path.parent_path(), code);
    if (code) {
        throw Error("cannot make the cache folder " + path.parent_path().string() + " for the demo: " + code.message());
    }
    writeReleasedCatalog(generateMockCatalog(demoOptions, job), path, job);
    return openCatalog(path, job);
}

} // namespace zscape
