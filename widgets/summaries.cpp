#include "widgets/summaries.h"

#include "core/catalog/catalog.h"
#include "core/model/model.h"
#include "widgets/column_label.h"
#include "widgets/number_text.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace zscape {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Summaries", text);
}

QString fromPath(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

/// Decimals of columns without an error, by unit; the rest gets four significant digits.
int usualDecimals(const QString& unit) {
    if (unit == QLatin1String("K")) return 0;
    if (unit == QLatin1String("dex")) return 2;
    if (unit == QLatin1String("mag") || unit == QLatin1String("mas")) return 3;
    return -1;
}

/// Decimals that show an error with two significant digits.
int decimalsOfError(double error) {
    const double exponent = std::floor(std::log10(error));
    return std::clamp(1 - static_cast<int>(exponent), 0, 6);
}

const Column* errorColumn(const Catalog& catalog, const Column& column) {
    const Column* error = catalog.find(column.name() + "_ERR");
    return error != nullptr ? error : catalog.find(column.name() + "_ERROR");
}

bool isErrorColumn(const Catalog& catalog, const QString& name) {
    for (const auto& ending : {QStringLiteral("_err"), QStringLiteral("_error")})
        if (name.endsWith(ending, Qt::CaseInsensitive) &&
            catalog.find(name.chopped(ending.size()).toStdString()) != nullptr)
            return true;
    return false;
}

void writeNumber(StarDetails::Row& row, double value, double error, const QString& unit) {
    const bool hasError = std::isfinite(error) && error > 0;
    const int usual = usualDecimals(unit);
    if (!std::isfinite(value)) {
        row.value = QString(QChar(emDash));
    } else if (hasError) {
        row.value = fixedText(value, decimalsOfError(error));
        row.error = QStringLiteral("± ") + fixedText(error, decimalsOfError(error));
    } else {
        row.value = usual >= 0 ? fixedText(value, usual) : significantText(value, 4);
    }
}

StarDetails::Row describeValue(const Catalog& catalog, const Column& column, std::size_t star) {
    const QString name = QString::fromStdString(column.name());
    const QString unit = QString::fromStdString(column.unit());
    StarDetails::Row row;
    row.symbol = columnSymbol(name);
    row.unit = columnUnit(name, unit);
    row.tip = columnDescription(name).isEmpty() ? name : columnDescription(name) + QStringLiteral(" (%1)").arg(name);
    const bool floating = column.type() == ColumnType::Float32 || column.type() == ColumnType::Float64;
    if (column.isMissing(star)) {
        row.value = QString(QChar(emDash));
    } else if (!floating) {
        // Flags and counts digit by digit.
        row.value = QString::fromStdString(column.text(star)).toHtmlEscaped();
    } else {
        const Column* error = errorColumn(catalog, column);
        const bool numeric = error != nullptr && error->isNumeric();
        writeNumber(row, column.number(star), numeric ? error->number(star) : std::nan(""),
                    columnUnitPlain(name, unit));
    }
    return row;
}

/// BP - RP where the catalogue has both and no such column.
void addColour(const Catalog& catalog, std::size_t star, QVector<StarDetails::Row>& rows) {
    const Column* bp = catalog.find(column::bpMag);
    const Column* rp = catalog.find(column::rpMag);
    if (bp == nullptr || rp == nullptr || !bp->isNumeric() || !rp->isNumeric()) return;
    const QString name = QStringLiteral("BP-RP");
    StarDetails::Row row{columnSymbol(name), {}, {}, columnUnit(name, {}), columnDescription(name)};
    writeNumber(row, bp->number(star) - rp->number(star), std::nan(""), columnUnitPlain(name, {}));
    rows.push_back(row);
}

} // namespace

CatalogSummary summarise(const Catalog& catalog) {
    CatalogSummary summary;
    const UsabilityCounts& counts = catalog.usability();
    summary.name = QString::fromStdString(catalog.name());
    summary.path = fromPath(catalog.path());
    summary.mock = catalog.isMock();
    summary.rows = static_cast<qint64>(catalog.rows());
    summary.usable = static_cast<qint64>(counts.usable);
    const auto add = [&](std::size_t count, const char* reason) {
        if (count > 0) summary.unusable.push_back({tr(reason), static_cast<qint64>(count)});
    };
    add(counts.badCoefficients, QT_TRANSLATE_NOOP("Summaries", "with missing coefficients"));
    add(counts.badErrors, QT_TRANSLATE_NOOP("Summaries", "with bad errors"));
    add(counts.badFlux, QT_TRANSLATE_NOOP("Summaries", "without G flux"));
    add(counts.duplicates, QT_TRANSLATE_NOOP("Summaries", "repeated"));
    if (catalog.gFluxOrigin() != "file") summary.fluxOrigin = QString::fromStdString(catalog.gFluxOrigin());
    for (const std::string& notice : catalog.notices())
        summary.notices += QString::fromStdString(notice);
    return summary;
}

ModelSummary summarise(const Model& model, const QString& path, const QString& engine) {
    ModelSummary summary;
    const Architecture& shape = model.architecture;
    summary.name = QFileInfo(path).fileName();
    summary.path = path;
    summary.preset = shape.preset == Preset::Released ? tr("as released") : tr("as in the paper");
    QStringList sizes{QString::number(shape.inputSize)};
    for (const int layer : shape.layers)
        sizes += QString::number(layer);
    sizes += QString::number(shape.latentSize);
    summary.sizes = sizes.join(QStringLiteral("–"));
    summary.epoch = model.epoch;
    summary.engine = engine;
    if (model.normalization) {
        const std::string& origin = model.normalization->origin;
        summary.normalisation = origin.empty() ? tr("with the model") : QString::fromStdString(origin);
    }
    summary.mock = model.provenance.mockData;
    return summary;
}

QString StarDetails::name() const {
    return (mock ? tr("mock star %1") : QStringLiteral("Gaia DR3 %1")).arg(sourceId);
}

StarDetails describeStar(const Catalog& catalog, std::size_t row, std::span<const float> mu,
                         std::span<const float> logVar) {
    StarDetails details;
    details.sourceId = catalog.sourceIds()[row];
    details.mock = catalog.isMock();
    details.usable = catalog.usable().test(row);
    for (const Column& column : catalog.columns()) {
        const QString name = QString::fromStdString(column.name());
        if (name.endsWith(u']') || isErrorColumn(catalog, name)) continue;
        details.rows.push_back(describeValue(catalog, column, row));
    }
    addColour(catalog, row, details.rows);
    for (std::size_t k = 0; k < mu.size(); ++k) {
        const double sigma = k < logVar.size() ? std::exp(0.5 * static_cast<double>(logVar[k])) : std::nan("");
        StarDetails::Row latent;
        latent.symbol = latentLabel(static_cast<int>(k) + 1);
        latent.value = fixedText(static_cast<double>(mu[k]), 3);
        if (std::isfinite(sigma)) latent.error = QStringLiteral("± ") + fixedText(sigma, 3);
        details.latents.push_back(latent);
    }
    return details;
}

} // namespace zscape
