#include "app/window/session.h"

#include "app/open.h"
#include "app/window/demo_catalog.h"
#include "app/window/selection_store.h"

#include "core/analysis/reconstruction_errors.h"
#include "core/base/embedded.h"
#include "core/base/error.h"

#include <QSignalBlocker>

#include <algorithm>
#include <utility>

namespace zscape {

std::shared_ptr<const SpectrumGenerator> makeGenerator(const std::shared_ptr<const SpectralModel>& model,
                                                       const XpInstrument& instrument) {
    const auto& normalization = model->model().normalization;
    if (!normalization || normalization->mu.size() != instrument.stackedDesign().rows) return nullptr;
    return std::make_shared<const SpectrumGenerator>(model, instrument);
}

Session::Session(QObject* parent)
    : QObject(parent),
      m_instrument(XpInstrument::builtIn()),
      m_table(std::make_shared<const StarTable>(nullptr, nullptr)) {
    m_selections = new SelectionStore(m_undo, this);
    connect(m_selections, &SelectionStore::failed, this, &Session::failed);
    connect(&m_jobs, &JobRunner::failed, this, &Session::failed);
}

Session::~Session() {
    // Its thread may be at work; nothing of this one is to hear of it any more.
    delete m_selections;
}

void Session::renewTable() {
    const bool sameStars = m_table->catalog() == m_catalog;
    m_table = sameStars ? m_table->withLatents(m_latents) : std::make_shared<const StarTable>(m_catalog, m_latents);
    // Views that listen have the old stars still; changed() or latentsMoved() comes next and tells them of both.
    const QSignalBlocker blocker(m_selections);
    m_selections->setTable(m_table);
}

void Session::addColumns(std::vector<Column> columns) {
    if (!m_catalog) return;
    for (const Column& column : columns) {
        if (std::ranges::find(m_addedColumns, column.name()) == m_addedColumns.end()) {
            m_addedColumns.push_back(column.name());
        }
    }
    const bool shelved = m_shelved && m_shelved->catalog == m_catalog;
    m_catalog = std::make_shared<const Catalog>(m_catalog->withColumns(std::move(columns)));
    if (shelved) m_shelved->catalog = m_catalog; // leaving the training must not take it for another one
    renewTable();
    emit columnsAdded();
    emit m_selections->changed();
}

void Session::dropAddedColumns() {
    if (m_catalog && !m_addedColumns.empty()) {
        m_catalog = std::make_shared<const Catalog>(m_catalog->withoutColumns(m_addedColumns));
    }
    m_addedColumns.clear();
}

void Session::setHovered(std::optional<std::size_t> row) {
    if (row == m_hovered || (row && *row >= m_table->rows())) return;
    m_hovered = row;
    emit hoveredChanged(row);
}

void Session::setPicked(std::optional<std::size_t> row) {
    if (row == m_picked || (row && *row >= m_table->rows())) return;
    m_picked = row;
    emit pickedChanged(row);
}

void Session::open(const Source& asked) {
    Source source = asked;
    if (isBundledModel(source.model)) {
        source.model.clear();
        source.demoModel = true;
    }
    const bool demo = source.demoCatalog || (source.demoModel && source.catalog.empty());
    const std::filesystem::path& named = source.catalog.empty() ? source.model : source.catalog;
    const QString title = demo            ? tr("Opening the demo")
                          : named.empty() ? tr("Opening a session")
                                          : tr("Opening %1").arg(QString::fromStdString(named.filename().string()));
    start(title, [source, catalog = m_catalog, model = m_model](const JobContext& job) {
        Opened opened;
        opened.withoutCatalog = source.withoutCatalog;
        opened.withoutModel = source.withoutModel;
        if (source.demoModel) {
            opened.model = makeEngine(loadModelImage(embeddedDemoModel(), "the demo model"));
            opened.modelPath = "demo.h5";
            opened.demoModel = true;
        } else if (!source.model.empty()) {
            opened.model = makeEngine(zscape::openModel(source.model, source.normalization));
            opened.modelPath = source.model;
            opened.normalizationPath = source.normalization;
        }
        if (source.demoCatalog) {
            opened.catalog = std::make_shared<const Catalog>(openDemoCatalog(job));
        } else if (!source.catalog.empty()) {
            opened.catalog = std::make_shared<const Catalog>(zscape::openCatalog(source.catalog, job));
            opened.correlations = correlationsOf(*opened.catalog);
        }
        const auto none = [](bool without, const auto& open) { return without ? nullptr : open; };
        combine(opened, opened.catalog ? opened.catalog : none(source.withoutCatalog, catalog),
                opened.model ? opened.model : none(source.withoutModel, model), job);
        return opened;
    });
}

void Session::openCatalog(const std::filesystem::path& path) {
    open(Source{path, {}, {}});
}

void Session::openModel(const std::filesystem::path& path, const std::filesystem::path& normalization) {
    open(Source{{}, path, normalization});
}

void Session::open(const std::filesystem::path& catalog, const std::filesystem::path& model,
                   const std::filesystem::path& normalization) {
    open(Source{catalog, model, normalization});
}

void Session::openDemo() {
    open(Source{{}, {}, {}, true, true});
}

bool Session::isDemoCatalog() const {
    return m_catalog && m_catalog->path() == demoCatalogPath();
}

void Session::setData(std::shared_ptr<const Catalog> catalog, std::shared_ptr<const SpectralModel> model,
                      std::shared_ptr<const Latents> latents) {
    Opened opened;
    opened.medianGFlux = medianUsableGFlux(*catalog);
    if (latents) opened.latentSummaries = summariseLatents(*latents);
    opened.catalog = std::move(catalog);
    opened.model = std::move(model);
    opened.latents = std::move(latents);
    adopt(std::move(opened));
}

void Session::combine(Opened& opened, const std::shared_ptr<const Catalog>& catalog,
                      const std::shared_ptr<const SpectralModel>& model, const JobContext& job) {
    if (catalog) opened.medianGFlux = medianUsableGFlux(*catalog);
    if (!model) return;
    opened.latentSummaries.resize(static_cast<std::size_t>(model->model().architecture.latentSize));
    if (!catalog) return;
    if (!model->model().normalization) {
        opened.notice = tr("The model has no normalisation, so it cannot read spectra: open it again together with its "
                           ".npz file (mu, sig).");
        return;
    }
    try {
        requireMatch(*catalog, model->model());
    } catch (const Error& error) {
        opened.notice = QString::fromUtf8(error.what());
        return;
    }
    opened.latents = std::make_shared<const Latents>(encodeCatalog(*catalog, *model, job));
    opened.latentSummaries = summariseLatents(*opened.latents);
}

void Session::start(const QString& title, std::function<Opened(const JobContext&)> work) {
    m_jobs.start<Opened>(title, std::move(work), [this, number = ++m_opening](Opened opened) {
        adopt(std::move(opened));
        emit this->opened(number);
    });
}

void Session::adopt(Opened opened) {
    const bool otherModel = opened.withoutModel || (opened.model != nullptr && opened.model != m_model);
    if (opened.model || opened.withoutModel) {
        m_trainingEpoch.reset();
        m_shelved.reset();
        m_model = std::move(opened.model);
        m_modelPath = std::move(opened.modelPath);
        m_normalizationPath = std::move(opened.normalizationPath);
        m_modelSource = {m_modelPath, m_normalizationPath, opened.demoModel};
        m_generator = m_model ? makeGenerator(m_model, m_instrument) : nullptr;
    }
    if (opened.catalog || opened.withoutCatalog) {
        m_catalog = std::move(opened.catalog);
        m_correlations = std::move(opened.correlations);
        m_addedColumns.clear();
    } else if (otherModel) {
        dropAddedColumns();
    }
    m_hovered.reset();
    m_picked.reset();
    m_latents = std::move(opened.latents);
    m_latentSummaries = std::move(opened.latentSummaries);
    m_medianGFlux = opened.medianGFlux;
    renewTable();
    emit changed();
    if (!opened.notice.isEmpty()) emit failed(opened.notice);
}

void Session::showTraining(TrainingView view) {
    if (!m_shelved)
        m_shelved = {m_catalog, m_model, m_modelPath, m_normalizationPath, m_latents, m_latentSummaries, m_generator};
    const bool sameSpace =
        m_latents && m_latents->rows == view.latents->rows && m_latents->latentSize == view.latents->latentSize;
    m_model = std::move(view.model);
    m_modelPath = tr("training, epoch %1").arg(view.epoch).toStdString();
    m_normalizationPath.clear();
    m_latents = std::move(view.latents);
    m_latentSummaries = std::move(view.latentSummaries);
    m_generator = std::move(view.generator);
    m_trainingEpoch = view.epoch;
    renewTable();
    if (sameSpace) {
        emit latentsMoved();
    } else {
        emit changed();
    }
}

void Session::leaveTraining() {
    if (!m_shelved) return;
    const Shelved before = *std::exchange(m_shelved, std::nullopt);
    m_trainingEpoch.reset();
    m_model = before.model;
    m_modelPath = before.modelPath;
    m_normalizationPath = before.normalizationPath;
    m_generator = before.generator;
    const bool sameCatalog = before.catalog == m_catalog;
    m_latents = sameCatalog ? before.latents : nullptr;
    m_latentSummaries = before.latentSummaries;
    renewTable();
    emit changed();
    if (sameCatalog || !m_model || !m_catalog) return;
    // Another catalogue was opened meanwhile; the model has not seen its stars.
    start(tr("Encoding"), [catalog = m_catalog, model = m_model, path = m_modelPath,
                           normalization = m_normalizationPath, demo = m_modelSource.demo](const JobContext& job) {
        Opened opened;
        opened.model = model;
        opened.modelPath = path;
        opened.normalizationPath = normalization;
        opened.demoModel = demo;
        combine(opened, catalog, model, job);
        return opened;
    });
}

} // namespace zscape
