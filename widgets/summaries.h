#pragma once

#include <QString>
#include <QStringList>
#include <QVector>

#include <cstdint>
#include <span>

namespace zscape {

class Catalog;
struct Model;

/// What the catalogue panel says about a catalogue.
struct CatalogSummary {
    struct Unusable {
        QString reason;
        qint64 count = 0;
    };
    QString name;
    QString path;
    bool mock = false;
    qint64 rows = 0;
    qint64 usable = 0;
    QVector<Unusable> unusable; ///< only reasons that occur
    QString fluxOrigin;         ///< "" when phot_g_mean_flux came with the file
    QStringList notices;        ///< sentences for the tool tip
};
CatalogSummary summarise(const Catalog& catalog);

/// What it says about a model.
struct ModelSummary {
    QString name;
    QString path;
    QString preset;
    QString sizes; ///< "110–90–...–6"
    int epoch = 0; ///< 0 where unknown
    QString engine;
    QString normalisation; ///< where mu and sig came from; "" without, and then spectra cannot be encoded
    bool mock = false;     ///< trained on mock data
};
ModelSummary summarise(const Model& model, const QString& path, const QString& engine);

/// A picked star, ready to be written down.
struct StarDetails {
    struct Row {
        QString symbol; ///< rich text
        QString value;  ///< an em dash where missing
        QString error;  ///< "± 35", "" without
        QString unit;   ///< rich text
        QString tip;
    };
    std::int64_t sourceId = 0;
    bool mock = false;
    bool usable = true;
    QVector<Row> rows;
    QVector<Row> latents; ///< mean and standard deviation
    QString name() const; ///< "Gaia DR3 4408..." or "mock star 17"
};
/// `mu` and `logVar` are the star's latents, or empty. A column NAME_ERR or NAME_ERROR stands with NAME; digits follow
/// the error. Elements of vector columns (`name[k]`) are left out.
StarDetails describeStar(const Catalog& catalog, std::size_t row, std::span<const float> mu = {},
                         std::span<const float> logVar = {});

} // namespace zscape
