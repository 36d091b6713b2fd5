#include "widgets/icons.h"

#include "core/base/error.h"

#include <QFile>
#include <QPainter>
#include <QSvgRenderer>

/// Outside any namespace, as Q_INIT_RESOURCE asks; without it a static library's resources would be dropped.
static void initIconResources() {
    Q_INIT_RESOURCE(icons);
}

namespace zscape {

namespace {

constexpr int sizes[] = {16, 20, 24, 32, 48, 64};

QByteArray readIcon(const QString& name) {
    initIconResources();
    QFile file(QStringLiteral(":/zscape/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        throw Error("There is no icon '" + name.toStdString() + "' in resources/icons; add it to icons.qrc.");
    return file.readAll();
}

QPixmap render(QByteArray svg, const QColor& colour, int size) {
    QSvgRenderer renderer(svg.replace("#000", colour.name().toLatin1()));
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    return pixmap;
}

} // namespace

QIcon themedIcon(const QString& name, const QPalette& palette) {
    const QByteArray svg = readIcon(name);
    QIcon icon;
    for (const int size : sizes) {
        const auto add = [&](const QColor& colour, QIcon::Mode mode, QIcon::State state) {
            icon.addPixmap(render(svg, colour, size), mode, state);
        };
        add(palette.color(QPalette::Active, QPalette::ButtonText), QIcon::Normal, QIcon::Off);
        add(palette.color(QPalette::Active, QPalette::Link), QIcon::Normal, QIcon::On);
        add(palette.color(QPalette::Disabled, QPalette::ButtonText), QIcon::Disabled, QIcon::Off);
        add(palette.color(QPalette::Disabled, QPalette::ButtonText), QIcon::Disabled, QIcon::On);
    }
    return icon;
}

} // namespace zscape
