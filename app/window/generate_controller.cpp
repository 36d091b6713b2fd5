#include "app/window/generate_controller.h"

#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_store.h"
#include "app/window/view_links.h"
#include "core/generate/compare_star.h"
#include "widgets/column_label.h"
#include "widgets/curves_view.h"
#include "widgets/elided_label.h"
#include "widgets/latent_point_panel.h"
#include "widgets/number_text.h"
#include "widgets/scatter_view.h"
#include "widgets/section_title.h"
#include "widgets/spectra_panel.h"
#include "widgets/spectrum_view.h"

#include <QBoxLayout>
#include <QDockWidget>
#include <QLabel>
#include <QMenu>

#include <cmath>

namespace zscape {

namespace {

constexpr std::size_t neighbourCount = 10;

const QString wavelengthLabel = QStringLiteral("<i>λ</i> [nm]");
const QString fluxUnit = QStringLiteral("W m<sup>−2</sup> nm<sup>−1</sup>");

/// A mock star is never called Gaia's.
QString starName(const Catalog& catalog, std::size_t row) {
    return (catalog.isMock() ? GenerateController::tr("mock star %1") : GenerateController::tr("Gaia DR3 %1"))
        .arg(catalog.sourceIds()[row]);
}

} // namespace

GenerateController::GenerateController(MainWindow& window) : QObject(&window), m_window(window) {
    makePanels();
    connect(&window.session(), &Session::changed, this, &GenerateController::adoptData);
    connect(&window.session(), &Session::latentsMoved, this, &GenerateController::adoptData);
    connect(&window.session().selections(), &SelectionStore::changed, this, &GenerateController::adoptSelections);
    connect(&window.controller(), &LatentController::latentShown, this, &GenerateController::followPoint);
    connect(&window, &MainWindow::themeChanged, this, [this](Theme theme) {
        for (CurvesView* view : {&m_response->curves(), m_comparison, &m_spectra->curves()}) {
            view->setTheme(theme);
        }
    });
    if (auto* panel = window.findChild<LatentPointPanel*>()) {
        connect(panel, &LatentPointPanel::nearestActivated, this, [this](int line) {
            const auto at = static_cast<std::size_t>(line);
            if (at < m_nearest.size()) m_window.controller().pickStar(m_nearest[at].row);
        });
    }
    addExports();
    connect(&m_treeJobs, &JobRunner::failed, &window.session(), &Session::failed);
    connect(&m_spectraJobs, &JobRunner::failed, this, [this](const QString& message) {
        m_spectra->setNote(message);
        m_spectra->curves().setCurves({}, {});
        m_spectra->curves().renderNow();
    });
}

GenerateController::~GenerateController() = default;

void GenerateController::makePanels() {
    QMenu& menu = m_window.menu(MainMenu::Spectra);
    const auto add = [&](const QString& id, const QString& title, QWidget* content, const QString& tip) {
        QDockWidget* dock = m_window.addPanel(id, title, content, Qt::BottomDockWidgetArea, false);
        dock->toggleViewAction()->setToolTip(tip);
        menu.addAction(dock->toggleViewAction());
        return dock;
    };
    m_nearSpectra = menu.addAction(tr("&Nearest stars' spectra"));
    m_nearSpectra->setObjectName(QStringLiteral("nearSpectra"));
    m_nearSpectra->setCheckable(true);
    m_nearSpectra->setChecked(true);
    m_nearSpectra->setToolTip(tr("Beneath the generated spectrum, those observed of the stars nearest to its latent "
                                 "point, as bright as it"));
    connect(m_nearSpectra, &QAction::toggled, this, &GenerateController::showNearSpectra);
    menu.addSeparator();
    m_response = new ResponsePanel;
    m_response->curves().setAxes(wavelengthLabel, QStringLiteral("∂<i>f</i><sub>λ</sub>/∂<i>z</i>"), fluxUnit);
    m_response->curves().setReference(0);
    connect(m_response, &ResponsePanel::changed, this, &GenerateController::takeHiddenResponses);
    QDockWidget* response = add(QStringLiteral("response"), tr("Response"), m_response,
                                tr("How the spectrum changes with each latent, exactly"));
    connect(response, &QDockWidget::visibilityChanged, this, [this](bool shown) {
        if (shown) showResponse();
    });

    auto* comparison = new QWidget;
    auto* layout = new QVBoxLayout(comparison);
    layout->setContentsMargins(gridUnit, gridUnit, gridUnit, gridUnit);
    m_comparisonText = new WrappedLabel;
    m_comparisonText->setObjectName(QStringLiteral("comparisonText"));
    m_comparisonText->setTextFormat(Qt::RichText);
    m_comparison = new CurvesView;
    m_comparison->setAccessibleName(tr("Residuals of the picked star's coefficients"));
    m_comparison->setAxes(tr("coefficient, BP then RP"), tr("residual [<i>σ</i>]"), {});
    m_comparison->setReference(0);
    layout->addWidget(m_comparisonText);
    layout->addWidget(m_comparison, 1);
    QDockWidget* star =
        add(QStringLiteral("comparison"), tr("Star and reconstruction"), comparison,
            tr("The picked star's coefficients beside those the model makes from its latent point, in sigma"));
    connect(star, &QDockWidget::visibilityChanged, this, [this](bool shown) {
        if (shown) showComparison();
    });

    m_spectra = new SpectraPanel;
    QDockWidget* spectra = add(QStringLiteral("selectionSpectra"), tr("Selections' spectra"), m_spectra,
                               tr("The decoded mean of a selection, and differences and ratios of two"));
    connect(spectra, &QDockWidget::visibilityChanged, this, [this](bool shown) {
        if (shown) showSelections();
    });
    connect(m_spectra, &SpectraPanel::changed, this, &GenerateController::takeSpectraChoice);
    connect(m_spectra, &SpectraPanel::exportRequested, this, &GenerateController::exportSelections);
}

void GenerateController::adoptData() {
    const Session& session = m_window.session();
    m_near = {};
    m_nearest.clear();
    m_place.reset();
    m_exact.reset();
    m_table = session.table();
    m_labels.clear();
    for (const auto& [id, decimals] : {std::pair{"teff", 0}, {"logg", 1}, {"m_h", 2}}) {
        if (const StarTable::Entry* entry = m_table->find(id)) {
            m_labels.push_back({columnSymbol(QString::fromStdString(entry->id)), m_table->values(entry->id), decimals});
        }
    }
    nameNearestColumns();
    if (session.generator())
        m_exact = std::make_shared<const ExactSpectrum>(session.model()->model(), session.instrument());
    buildTree();
    fillSelections();
    followPoint();
    if (m_comparison->isVisible()) showComparison();
    showSelections();
}

void GenerateController::buildTree() {
    const std::shared_ptr<const Latents> latents = m_window.session().latents();
    if (!latents) {
        m_treeJobs.cancel();
        return;
    }
    m_treeJobs.start<Near>(
        tr("looking for near stars"),
        [latents](const JobContext& job) {
            Near near;
            near.stars = std::make_shared<const NearestStars>(latents, job);
            const PopulatedRegionOptions options{.neighbours = neighbourCount};
            if (near.stars->stars() > options.neighbours) {
                near.region = std::make_shared<const PopulatedRegion>(near.stars, options, job);
            }
            return near;
        },
        [this, latents](Near near) {
            if (latents != m_window.session().latents()) return;
            m_near = std::move(near);
            followPoint();
            emit nearestReady();
        });
}

void GenerateController::followPoint() {
    const std::vector<float>& latent = m_window.controller().latent();
    m_nearest.clear();
    m_place.reset();
    if (m_near.stars && latent.size() == m_near.stars->spreads().size()) {
        m_nearest = m_near.stars->nearest(latent, neighbourCount);
        if (m_near.region) m_place = m_near.region->place(m_nearest);
    }
    showNearest();
    if (m_response->isVisible()) showResponse();
    // The comparison is of the star's own place: dragging changes nothing in it.
    if (m_comparison->isVisible() && m_window.controller().pickedStar() != m_compared) showComparison();
}

void GenerateController::showNearest() {
    std::vector<std::size_t> rows;
    for (const NearestStars::Star& star : m_nearest) {
        rows.push_back(star.row);
    }
    m_window.links().setNeighbours(rows);
    showNearSpectra();

    auto* panel = m_window.findChild<LatentPointPanel*>();
    if (!panel) return;
    using Region = LatentPointPanel::Region;
    panel->setRegion(!m_place ? Region::Unknown : m_place->inside ? Region::Inside : Region::Outside);
    QVector<NearestList::Star> stars;
    for (const NearestStars::Star& star : m_nearest) {
        if (stars.size() == NearestList::mostLines) break;
        NearestList::Star line{QString::number(m_window.session().catalog()->sourceIds()[star.row]),
                               {fixedText(star.distance, 2)}};
        for (const LabelColumn& label : m_labels) {
            line.values += fixedText((*label.values)[star.row], label.decimals);
        }
        stars += line;
    }
    panel->setNearest(stars);
}

/// What does not change while the point is dragged.
void GenerateController::nameNearestColumns() {
    auto* panel = m_window.findChild<LatentPointPanel*>();
    const std::shared_ptr<const Catalog>& catalog = m_window.session().catalog();
    if (!panel || !catalog) return;
    QVector<NearestList::Column> columns{{QStringLiteral("<i>d</i>"), QStringLiteral("00.00")}};
    for (const LabelColumn& label : m_labels) {
        columns += {label.symbol, label.decimals == 0 ? QStringLiteral("00,000") : fixedText(-8.888, label.decimals)};
    }
    panel->nearest().setColumns(catalog->isMock() ? tr("nearest mock stars") : tr("nearest, Gaia DR3"), columns);
}

void GenerateController::showNearSpectra() {
    const Session& session = m_window.session();
    SpectrumView& view = m_window.spectrum();
    const std::shared_ptr<const Catalog>& catalog = session.catalog();
    std::vector<std::vector<float>> fluxes;
    if (m_nearSpectra->isChecked() && catalog && session.generator() &&
        session.instrument().coefficientCount() == catalog->coefficientCount()) {
        const std::size_t grid = session.instrument().wavelengths_nm().size();
        for (const NearestStars::Star& star : m_nearest) {
            if (fluxes.size() == FluxPlot::mostNear) break;
            // The picked star's own spectrum is drawn already.
            if (star.row == m_window.controller().pickedStar()) continue;
            std::vector<float>& flux = fluxes.emplace_back(grid);
            session.instrument().calibrate({catalog->coefficients().row(star.row), catalog->coefficientCount()},
                                           {std::span<float>(flux), grid});
            // As bright as the generated spectrum: it is their shape that tells.
            const auto scale = static_cast<float>(m_window.controller().referenceGFlux() / catalog->gFlux()[star.row]);
            for (float& value : flux) {
                value *= scale;
            }
        }
    }
    if (fluxes.empty() && view.fluxPlot().nearShown().empty()) return;
    view.setNear(std::move(fluxes));
}

void GenerateController::showResponse() {
    const std::vector<float>& latent = m_window.controller().latent();
    if (!m_exact || latent.size() != m_exact->decoder().latentSize()) {
        m_response->setLatents(0);
        m_response->curves().setCurves({}, {});
        m_response->curves().setEmptyText(tr("A model that makes calibrated spectra is needed."));
        m_response->curves().renderNow();
        return;
    }
    m_exact->respond(std::vector<double>(latent.begin(), latent.end()), m_window.controller().referenceGFlux(),
                     m_answer);
    const std::span<const double> wavelengths = m_exact->instrument().wavelengths_nm();
    std::vector<CurvesView::Curve> curves;
    m_response->setLatents(static_cast<int>(latent.size()));
    for (std::size_t k = 0; k < latent.size(); ++k) {
        if (m_hiddenResponses.contains(static_cast<int>(k))) continue;
        CurvesView::Curve curve;
        curve.name = latentLabelPlain(static_cast<int>(k) + 1);
        const auto begin = m_answer.fluxJacobian.begin() + static_cast<std::ptrdiff_t>(k * wavelengths.size());
        curve.values.assign(begin, begin + static_cast<std::ptrdiff_t>(wavelengths.size()));
        curve.colour = static_cast<int>(k);
        curves.push_back(std::move(curve));
    }
    m_response->curves().setEmptyText({});
    m_response->curves().setCurves(wavelengths, std::move(curves));
    m_response->curves().renderNow();
}

void GenerateController::showComparison() {
    const Session& session = m_window.session();
    const std::optional<std::size_t> row = m_window.controller().pickedStar();
    m_compared = row;
    const auto clear = [&](const QString& text) {
        m_comparisonText->setText(text);
        m_comparisonText->setToolTip({});
        m_comparison->setCurves({}, {});
        m_comparison->renderNow();
    };
    if (!row || !session.catalog()) return clear(tr("Click a star in the map to compare it with its reconstruction."));
    if (!session.latents() || !session.catalog()->usable().test(*row)) {
        return clear(tr("This star cannot be encoded, so there is nothing to compare it with."));
    }
    const auto count = static_cast<std::size_t>(session.model()->model().architecture.inputSize);
    std::vector<float> coefficients(count);
    std::vector<float> scatter(count);
    session.model()->decodeOne(session.latents()->muView().row(*row), coefficients, scatter);
    const StarComparison result = compareStar(*session.catalog(), *row, session.model()->model(), coefficients, scatter,
                                              session.correlations().get());
    const bool correlated = !result.whitened.empty();
    m_comparisonText->setText(
        tr("%1: χ² = %2 over %3 coefficients (%4 each, reduced %5); %6 with the model's scatter; largest residual %7 "
           "σ, coefficient %8. %9")
            .arg(starName(*session.catalog(), *row), fixedText(result.chiSquared, 1), QString::number(count),
                 fixedText(result.chiSquared / static_cast<double>(count), 2), fixedText(result.reducedChiSquared, 2),
                 fixedText(result.chiSquaredScatter, 1), fixedText(result.worst, 1))
            .arg(result.worstCoefficient + 1)
            .arg(correlated ? tr("With the full covariance.") : tr("With the errors alone.")));
    m_comparisonText->setToolTip(correlated ? tr("Dots are residuals made independent of each other by the full "
                                                 "covariance of the coefficients, the line those by their own errors.")
                                            : tr("The catalogue has no correlations of this star’s coefficients."));
    std::vector<double> numbers(count);
    for (std::size_t j = 0; j < count; ++j) {
        numbers[j] = static_cast<double>(j + 1);
    }
    std::vector<CurvesView::Curve> curves;
    if (correlated) {
        CurvesView::Curve own;
        own.name = tr("by their errors");
        own.values = result.residual;
        own.colour = 1;
        curves.push_back(std::move(own));
    }
    CurvesView::Curve dots;
    if (correlated) dots.name = tr("independent");
    dots.values = correlated ? result.whitened : result.residual;
    dots.dots = true;
    dots.colour = 5; // seen on both backgrounds
    curves.push_back(std::move(dots));
    m_comparison->setCurves(numbers, std::move(curves));
    m_comparison->renderNow();
}

} // namespace zscape
