#include "app/window/session.h"

#include "app/open.h"
#include "app/window/demo_catalog.h"

#include "core/base/embedded.h"
#include "core/base/error.h"

#include <cmath>

namespace zscape {

namespace {

std::shared_ptr<const SpectrumGenerator> makeGenerator(const std::shared_ptr<const SpectralModel>& model,
                                                       const XpInstrument& instrument) {
    const auto& normalization = model->model().normalization;
    if (!normalization || normalization->mu.size() != instrument.stackedDesign().rows) return nullptr;
    return std::make_shared<const SpectrumGenerator>(model, instrument);
}

} // namespace

Session::Session(QObject* parent) : QObject(parent), m_instrument(XpInstrument::builtIn()) {
    connect(&m_jobs, &JobRunner::failed, this, &Session::failed);
}

void Session::openCatalog(const std::filesystem::path& path) {
    start(tr("Opening %1").arg(QString::fromStdString(path.filename().string())),
          [path, model = m_model](const JobContext& job) {
              Opened opened;
              opened.catalog = std::make_shared<const Catalog>(zscape::openCatalog(path, job));
              opened.latents = encodePair(opened.catalog, model, job);
              return opened;
          });
}

void Session::openModel(const std::filesystem::path& path, const std::filesystem::path& normalization) {
    start(tr("Opening %1").arg(QString::fromStdString(path.filename().string())),
          [path, normalization, catalog = m_catalog](const JobContext& job) {
              Opened opened;
              opened.model = makeEngine(zscape::openModel(path, normalization));
              opened.modelPath = path;
              opened.latents = encodePair(catalog, opened.model, job);
              return opened;
          });
}

void Session::open(const std::filesystem::path& catalog, const std::filesystem::path& model,
                   const std::filesystem::path& normalization) {
    start(tr("Opening %1").arg(QString::fromStdString(catalog.filename().string())),
          [catalog, model, normalization](const JobContext& job) {
              Opened opened;
              opened.model = makeEngine(zscape::openModel(model, normalization));
              opened.modelPath = model;
              opened.catalog = std::make_shared<const Catalog>(zscape::openCatalog(catalog, job));
              opened.latents = encodePair(opened.catalog, opened.model, job);
              return opened;
          });
}

void Session::openDemo() {
    start(tr("Opening the demo"), [](const JobContext& job) {
        Opened opened;
        opened.model = makeEngine(loadModelImage(embeddedDemoModel(), "the demo model"));
        opened.modelPath = "demo.h5";
        opened.catalog = std::make_shared<const Catalog>(openDemoCatalog(job));
        opened.latents = encodePair(opened.catalog, opened.model, job);
        return opened;
    });
}

void Session::setData(std::shared_ptr<const Catalog> catalog, std::shared_ptr<const SpectralModel> model,
                      std::shared_ptr<const Latents> latents) {
    adopt({std::move(catalog), std::move(model), {}, std::move(latents)});
}

std::vector<float> Session::meanLatent() const {
    if (!m_model) return {};
    const auto size = static_cast<std::size_t>(m_model->model().architecture.latentSize);
    std::vector<double> sums(size, 0.0);
    std::size_t count = 0;
    if (m_latents) {
        for (std::size_t row = 0; row < m_latents->rows; ++row) {
            const std::span<const float> latent = m_latents->muView().row(row);
            if (!std::isfinite(latent[0])) continue;
            ++count;
            for (std::size_t k = 0; k < size; ++k) {
                sums[k] += latent[k];
            }
        }
    }
    std::vector<float> mean(size, 0.0f);
    for (std::size_t k = 0; k < size && count > 0; ++k) {
        mean[k] = static_cast<float>(sums[k] / static_cast<double>(count));
    }
    return mean;
}

std::shared_ptr<const Latents> Session::encodePair(const std::shared_ptr<const Catalog>& catalog,
                                                   const std::shared_ptr<const SpectralModel>& model,
                                                   const JobContext& job) {
    if (!catalog || !model) return nullptr;
    model->model().requireNormalization();
    return std::make_shared<const Latents>(encodeCatalog(*catalog, *model, job));
}

void Session::start(const QString& title, std::function<Opened(const JobContext&)> work) {
    m_jobs.start<Opened>(title, std::move(work), [this](Opened opened) { adopt(std::move(opened)); });
}

void Session::adopt(Opened opened) {
    if (opened.model) {
        m_model = std::move(opened.model);
        m_modelPath = std::move(opened.modelPath);
        m_generator = makeGenerator(m_model, m_instrument);
    }
    if (opened.catalog) m_catalog = std::move(opened.catalog);
    m_latents = std::move(opened.latents);
    emit changed();
}

} // namespace zscape
