#include "widgets/figure/write_figure.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "widgets/figure/figure_csv.h"
#include "widgets/figure/paint_figure.h"

#include <QBuffer>
#include <QImageWriter>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <QUuid>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

constexpr double millimetresPerInch = 25.4;

QString textOf(const std::string& text) {
    return QString::fromStdString(text);
}

QString titleOf(const FigureOrigin& origin) {
    QString title = textOf(origin.title);
    if (origin.mock) title += QStringLiteral(" (mock catalogue)");
    return title;
}

/// Catalogue, model, version and command, a line each.
QStringList originLines(const FigureOrigin& origin) {
    QStringList lines;
    if (!origin.catalogue.empty()) lines += QStringLiteral("catalogue: ") + textOf(origin.catalogue);
    if (!origin.catalogueHash.empty()) lines += QStringLiteral("catalogue content: ") + textOf(origin.catalogueHash);
    if (!origin.model.empty()) lines += QStringLiteral("model: ") + textOf(origin.model);
    lines += QStringLiteral("made by: ") + textOf(origin.version);
    lines += QStringLiteral("command: ") + textOf(origin.command);
    for (const std::string& remark : origin.remarks)
        lines += textOf(remark);
    return lines;
}

QByteArray xmpOf(const FigureOrigin& origin) {
    const auto escaped = [](const QString& text) { return text.toHtmlEscaped(); };
    return QStringLiteral(
               "<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
               "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
               "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
               "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
               "xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">\n"
               "<dc:format>application/pdf</dc:format>\n"
               "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">%1</rdf:li></rdf:Alt></dc:title>\n"
               "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">%2</rdf:li></rdf:Alt></dc:description>\n"
               "<pdf:Keywords>%3</pdf:Keywords>\n<xmp:CreatorTool>%4</xmp:CreatorTool>\n"
               "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>")
        .arg(escaped(titleOf(origin)), escaped(originLines(origin).join(u'\n')), escaped(textOf(origin.command)),
             escaped(textOf(origin.version)))
        .toUtf8();
}

/// The time of day would make equal figures differ; blanks keep every offset in the file.
void dropCreationDate(QByteArray& pdf) {
    const qsizetype from = pdf.indexOf("/CreationDate (D:");
    const qsizetype to = from < 0 ? -1 : pdf.indexOf(')', from);
    for (qsizetype i = from; from >= 0 && i <= to; ++i) {
        pdf[i] = ' ';
    }
}

QByteArray pdfFile(const Figure& figure) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    constexpr int resolution = 1200;
    writer.setResolution(resolution);
    writer.setPageSize(QPageSize(figure.size_mm(), QPageSize::Millimeter, QString(), QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF());
    writer.setTitle(
        titleOf(figure.origin) + QStringLiteral("; ") + originLines(figure.origin).first() +
        (figure.origin.model.empty() ? QString() : QStringLiteral("; model: ") + textOf(figure.origin.model)));
    writer.setCreator(textOf(figure.origin.version) + QStringLiteral("; ") + textOf(figure.origin.command));
    const QByteArray metadata = xmpOf(figure.origin);
    writer.setDocumentXmpMetadata(metadata);
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    // Without one of its own a file has a random identifier, and equal figures differ.
    writer.setDocumentId(QUuid::createUuidV5(QUuid(), metadata));
#endif
    QPainter painter(&writer);
    painter.scale(resolution / millimetresPerInch, resolution / millimetresPerInch);
    paintFigure(painter, figure, false);
    painter.end();
    buffer.close();
    dropCreationDate(bytes);
    return bytes;
}

QByteArray svgFile(const Figure& figure) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    constexpr int resolution = 2540; // 100 a millimetre
    generator.setResolution(resolution);
    const QSizeF size = figure.size_mm() * (resolution / millimetresPerInch);
    const QSize whole(static_cast<int>(std::lround(size.width())), static_cast<int>(std::lround(size.height())));
    generator.setSize(whole);
    generator.setViewBox(QRect(QPoint(0, 0), whole));
    // Only some versions of Qt escape what they are given, so the texts take the places of words without markup.
    generator.setTitle(QStringLiteral("figure-title"));
    generator.setDescription(QStringLiteral("figure-description"));
    QPainter painter(&generator);
    painter.scale(resolution / millimetresPerInch, resolution / millimetresPerInch);
    paintFigure(painter, figure, true);
    painter.end();
    buffer.close();
    bytes.replace("<title>figure-title<", "<title>" + titleOf(figure.origin).toHtmlEscaped().toUtf8() + "<");
    bytes.replace("<desc>figure-description<",
                  "<desc>" + originLines(figure.origin).join(u'\n').toHtmlEscaped().toUtf8() + "<");
    return bytes;
}

QImage picture(const Figure& figure, int dpi) {
    const double scale = dpi / millimetresPerInch;
    const QSize size(static_cast<int>(std::lround(figure.style.width_mm * scale)),
                     static_cast<int>(std::lround(figure.height_mm * scale)));
    QImage image(size, QImage::Format_RGB32);
    if (image.isNull()) throw Error("the figure is too large to be drawn; choose fewer dpi");
    image.setDotsPerMeterX(static_cast<int>(std::lround(scale * 1000)));
    image.setDotsPerMeterY(image.dotsPerMeterX());
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.scale(scale, scale);
    // A preview smaller than the bitmaps thins them out smoothly.
    painter.setRenderHint(QPainter::SmoothPixmapTransform, dpi < figure.style.dpi);
    paintFigure(painter, figure, true);
    return image;
}

QByteArray pngFile(const Figure& figure) {
    const QImage image = picture(figure, figure.style.dpi);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, "png");
    writer.setText(QStringLiteral("Title"), titleOf(figure.origin));
    writer.setText(QStringLiteral("Description"), originLines(figure.origin).join(u'\n'));
    writer.setText(QStringLiteral("Software"), textOf(figure.origin.version));
    if (!writer.write(image)) throw Error("the figure cannot be made a PNG: " + writer.errorString().toStdString());
    buffer.close();
    return bytes;
}

/// The command inside a file makes a file of its kind.
Figure withCommandFor(Figure figure, FigureFormat format) {
    static constexpr std::string_view usual = ".pdf";
    std::string& command = figure.origin.command;
    if (format != FigureFormat::Pdf && command.ends_with(usual)) {
        command.replace(command.size() - usual.size(), usual.size(), format == FigureFormat::Svg ? ".svg" : ".png");
    }
    return figure;
}

} // namespace

FigureFormat figureFormatOf(const std::filesystem::path& path) {
    const std::string ending = path.extension().string();
    if (ending == ".pdf") return FigureFormat::Pdf;
    if (ending == ".svg") return FigureFormat::Svg;
    if (ending == ".png") return FigureFormat::Png;
    throw Error("cannot tell what kind of figure " + path.string() + " is to be; end its name in .pdf, .svg or .png");
}

void checkStyle(const FigureStyle& style) {
    if (!(style.width_mm >= 40 && style.width_mm <= 600)) throw Error("a figure is 40 to 600 mm wide");
    if (!(style.fontSize_pt >= 4 && style.fontSize_pt <= 24)) throw Error("a figure's font has 4 to 24 points");
    if (style.dpi < leastDpi || style.dpi > 2400) throw Error("a figure has 300 to 2400 dpi");
}

QByteArray figureFile(const Figure& given, FigureFormat format) {
    checkStyle(given.style);
    const Figure figure = withCommandFor(given, format);
    switch (format) {
    case FigureFormat::Pdf:
        return pdfFile(figure);
    case FigureFormat::Svg:
        return svgFile(figure);
    case FigureFormat::Png:
        return pngFile(figure);
    }
    return {};
}

QImage figurePreview(const Figure& figure, int dpi) {
    return picture(figure, dpi);
}

void writeFigure(const Figure& figure, const std::filesystem::path& path, bool csv) {
    const FigureFormat format = figureFormatOf(path);
    const QByteArray bytes = figureFile(figure, format);
    if (csv) writeFileAtomically(csvBeside(path), figureCsv(withCommandFor(figure, format)));
    writeFileAtomically(path, std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size()))));
}

} // namespace zscape
