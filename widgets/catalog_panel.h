#pragma once

#include "widgets/summaries.h"

#include <QWidget>

#include <optional>

class QFormLayout;
class QLabel;

namespace zscape {

class Badge;
class ElidedLabel;

/// The CATALOGUE and MODEL panel. Passive; without a catalogue or model it says so.
class CatalogPanel : public QWidget {
    Q_OBJECT
public:
    explicit CatalogPanel(QWidget* parent = nullptr);

    void setCatalog(const std::optional<CatalogSummary>& catalog);
    void setModel(const std::optional<ModelSummary>& model);

private:
    QWidget* makeCatalog();
    QWidget* makeModel();

    QWidget *m_catalog = nullptr, *m_model = nullptr;
    QLabel *m_noCatalog = nullptr, *m_noModel = nullptr;
    ElidedLabel *m_catalogName = nullptr, *m_modelName = nullptr;
    Badge *m_catalogMock = nullptr, *m_modelMock = nullptr;
    QLabel *m_stars = nullptr, *m_usable = nullptr, *m_rest = nullptr;
    QLabel *m_preset = nullptr, *m_sizes = nullptr, *m_epoch = nullptr, *m_engine = nullptr, *m_norm = nullptr;
};

} // namespace zscape
