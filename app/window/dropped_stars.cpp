#include "app/window/dropped_stars.h"

#include "app/open.h"
#include "app/window/main_window.h"
#include "core/base/error.h"
#include "core/build/read_stars.h"
#include "widgets/dropped_stars_panel.h"
#include "widgets/number_text.h"

#include <QDockWidget>
#include <QFileInfo>
#include <QUndoStack>

#include <cmath>
#include <limits>

namespace zscape {

namespace {

constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();

QString fileName(const std::filesystem::path& path) {
    return QString::fromStdString(path.filename().string());
}

} // namespace

/// A list of files for another one; the stars themselves are shared.
class DroppedStars::Edit : public QUndoCommand {
public:
    Edit(DroppedStars& stars, std::vector<File> files, const QString& what)
        : QUndoCommand(what),
          m_stars(stars),
          m_before(stars.m_files),
          m_after(std::move(files)) {}
    void undo() override { m_stars.put(m_before); }
    void redo() override { m_stars.put(m_after); }

private:
    DroppedStars& m_stars;
    std::vector<File> m_before, m_after;
};

DroppedStars::DroppedStars(MainWindow& window) : QObject(&window), m_window(window) {
    m_panel = new DroppedStarsPanel;
    window.addPanel(QStringLiteral("dropped"), tr("Dropped stars"), m_panel, Qt::LeftDockWidgetArea, false);
    connect(m_panel, &DroppedStarsPanel::starPicked, this, &DroppedStars::pick);
    connect(m_panel, &DroppedStarsPanel::clearRequested, this, &DroppedStars::clear);
    connect(&window.controller(), &LatentController::guestLeft, this, &DroppedStars::leavePicked);
    connect(&window.controller(), &LatentController::guestWanted, this, &DroppedStars::pickAgain);
    connect(&window.session(), &Session::changed, this, &DroppedStars::encode);
    connect(&window.session(), &Session::latentsMoved, this, &DroppedStars::encode);
    connect(&m_reading, &JobRunner::progressed, this, [this](double fraction, const QString& text) {
        m_panel->setMessage(fraction < 0 ? text : tr("%1, %2 %").arg(text).arg(100 * fraction, 0, 'f', 0));
    });
    connect(&m_reading, &JobRunner::failed, &window.session(), &Session::reportFailure);
    connect(&m_reading, &JobRunner::idle, this, &DroppedStars::readNext, Qt::QueuedConnection);
    connect(&m_encoding, &JobRunner::failed, this, [this](const QString& message) {
        m_problem = message;
        showAll();
    });
    showAll();
}

DroppedStars::~DroppedStars() = default;

void DroppedStars::open(const std::filesystem::path& path) {
    wish(path, false);
}

void DroppedStars::openReceived(const std::filesystem::path& path) {
    wish(path, true);
}

void DroppedStars::wish(const std::filesystem::path& path, bool isReceived) {
    m_waiting.push_back({path, true, isReceived});
    m_window.panel(QStringLiteral("dropped"))->show();
    m_window.panel(QStringLiteral("dropped"))->raise();
    readNext();
}

void DroppedStars::restore(const std::vector<Source>& sources) {
    m_waiting.clear();
    m_reading.cancel();
    put({});
    for (const Source& source : sources) {
        m_waiting.push_back({source.path, false, source.isReceived});
    }
    readNext();
}

void DroppedStars::readNext() {
    if (m_reading.isRunning()) return;
    if (m_waiting.empty()) {
        showMessage();
        return;
    }
    const Wanted wanted = m_waiting.front();
    m_waiting.pop_front();
    m_panel->setMessage(tr("reading %1…").arg(fileName(wanted.path)));
    m_reading.start<std::shared_ptr<const Catalog>>(
        tr("Reading %1").arg(fileName(wanted.path)),
        [path = wanted.path](const JobContext& job) {
            return std::make_shared<const Catalog>(readStars(path, most, job));
        },
        [this, wanted](const std::shared_ptr<const Catalog>& catalog) {
            std::vector<File> files = m_files;
            std::erase_if(files, [&](const File& one) { return one.path == wanted.path; });
            files.push_back({wanted.path, catalog, wanted.isReceived});
            if (wanted.isUndoable) {
                m_window.session().undo().push(
                    new Edit(*this, std::move(files), tr("mark the stars of %1").arg(fileName(wanted.path))));
            } else {
                put(files);
            }
        });
}

void DroppedStars::clear() {
    m_waiting.clear();
    m_reading.cancel();
    if (!m_files.empty()) m_window.session().undo().push(new Edit(*this, {}, tr("clear the dropped stars")));
}

void DroppedStars::put(const std::vector<File>& files) {
    if (m_picked) m_window.controller().dropGuest();
    m_files = files;
    encode();
}

void DroppedStars::encode() {
    const Session& session = m_window.session();
    if (session.model() != m_encodedWith) {
        m_encoded.clear();
        m_encodedWith = session.model();
    }
    std::vector<File> left;
    for (const File& file : m_files) {
        if (!encoded(file)) left.push_back(file);
    }
    m_problem.clear();
    if (!m_encodedWith || left.empty()) {
        showAll();
        return;
    }
    using Result = std::vector<std::pair<File, Encoded>>;
    m_encoding.start<Result>(
        tr("Encoding dropped stars"),
        [left, model = m_encodedWith](const JobContext& job) {
            Result result;
            for (const File& file : left) {
                model->model().requireNormalization();
                requireMatch(*file.catalog, model->model());
                auto latents = std::make_shared<const Latents>(encodeCatalog(*file.catalog, *model, job));
                auto table = std::make_shared<const StarTable>(file.catalog, latents);
                result.emplace_back(file, Encoded{std::move(latents), std::move(table)});
            }
            return result;
        },
        [this, model = m_encodedWith](const Result& result) {
            if (model != m_encodedWith) return; // another was opened meanwhile, and encodes them itself
            for (const auto& [file, one] : result) {
                m_encoded[file.catalog.get()] = one;
            }
            showAll();
            if (m_picked) show(*m_picked); // its place and its spectrum are the new model's
        });
}

const DroppedStars::Encoded* DroppedStars::encoded(const File& file) const {
    const auto found = m_encoded.find(file.catalog.get());
    return found == m_encoded.end() ? nullptr : &found->second;
}

std::vector<DroppedStars::Source> DroppedStars::sources() const {
    std::vector<Source> sources;
    for (const File& file : m_files) {
        sources.push_back({file.path, file.isReceived});
    }
    return sources;
}

std::size_t DroppedStars::stars() const {
    std::size_t count = 0;
    for (const File& file : m_files) {
        count += file.catalog->rows();
    }
    return count;
}

std::pair<const DroppedStars::File*, std::size_t> DroppedStars::place(std::size_t star) const {
    for (const File& file : m_files) {
        if (star < file.catalog->rows()) return {&file, star};
        star -= file.catalog->rows();
    }
    return {nullptr, 0};
}

void DroppedStars::pick(std::size_t star) {
    show(star);
    m_window.controller().takeStep(tr("pick a dropped star"));
}

void DroppedStars::show(std::size_t star) {
    const auto [file, row] = place(star);
    if (!file) return;
    const Encoded* known = encoded(*file);
    m_picked = star;
    m_window.controller().showGuest({file->catalog, known ? known->latents : nullptr, row});
    m_panel->setPicked(star);
    emit changed();
}

void DroppedStars::pickAgain(const LatentController::Guest& guest) {
    std::size_t first = 0;
    for (const File& file : m_files) {
        if (file.catalog == guest.catalog) return show(first + guest.row);
        first += file.catalog->rows();
    }
}

void DroppedStars::leavePicked() {
    if (!m_picked) return;
    m_picked.reset();
    m_panel->setPicked(std::nullopt);
    emit changed();
}

std::vector<std::pair<double, double>> DroppedStars::along(const std::string& column) const {
    std::vector<std::pair<double, double>> values;
    for (const File& file : m_files) {
        const std::size_t rows = file.catalog->rows();
        const Encoded* known = encoded(file);
        std::shared_ptr<const std::vector<double>> found;
        int latent = -1;
        try {
            if (known) {
                found = known->table->exact(column);
                if (const StarTable::Entry* entry = known->table->find(column)) latent = entry->latent;
            } else {
                found = StarTable(file.catalog, nullptr).exact(column);
            }
        } catch (const Error&) {
            found = nullptr; // its stars have no such number, so no place on this axis
        }
        for (std::size_t row = 0; row < rows; ++row) {
            const double sigma =
                latent >= 0 ? std::exp(0.5 * known->latents->logVarView().row(row)[static_cast<std::size_t>(latent)])
                            : 0;
            values.emplace_back(found ? (*found)[row] : nowhere, std::isfinite(sigma) ? sigma : 0);
        }
    }
    return values;
}

std::vector<MarkedStar> DroppedStars::marks(const std::string& x, const std::string& y) const {
    if (m_files.empty()) return {};
    const auto xs = along(x), ys = along(y);
    std::vector<MarkedStar> stars;
    for (std::size_t i = 0; i < xs.size(); ++i) {
        stars.push_back({{xs[i].first, ys[i].first}, {xs[i].second, ys[i].second}, m_picked == i});
    }
    return stars;
}

std::vector<HistogramView::Marked> DroppedStars::marks(const std::string& column) const {
    std::vector<HistogramView::Marked> stars;
    for (const auto& [at, sigma] : along(column)) {
        stars.push_back({at, sigma, m_picked == stars.size()});
    }
    return stars;
}

std::vector<CornerView::Marked> DroppedStars::marks(const std::vector<std::string>& columns) const {
    std::vector<CornerView::Marked> stars(this->stars());
    for (const std::string& column : columns) {
        const auto values = along(column);
        for (std::size_t i = 0; i < stars.size(); ++i) {
            stars[i].at.push_back(values[i].first);
            stars[i].sigma.push_back(values[i].second);
            stars[i].picked = m_picked == i;
        }
    }
    return stars;
}

void DroppedStars::showAll() {
    std::vector<DroppedStarsPanel::Line> lines;
    for (const File& file : m_files) {
        const Encoded* known = encoded(file);
        for (std::size_t row = 0; row < file.catalog->rows(); ++row) {
            const double flux = file.catalog->gFlux()[row];
            DroppedStarsPanel::Line line;
            line.name = QString::number(file.catalog->sourceIds()[row]);
            line.magnitude = flux > 0 ? fixedText(gMagnitudeFromFlux(flux), 2) : QStringLiteral("—");
            line.file = fileName(file.path);
            if (known && !std::isfinite(known->latents->muView().row(row)[0])) {
                line.remark = tr("This star cannot be encoded: coefficients, errors or the G flux are missing.");
            }
            lines.push_back(std::move(line));
        }
    }
    m_panel->setStars(lines);
    m_panel->setPicked(m_picked);
    showMessage();
    emit changed();
}

void DroppedStars::showMessage() {
    if (m_reading.isRunning()) return;
    std::size_t lost = 0;
    for (const File& file : m_files) {
        const Encoded* known = encoded(file);
        for (std::size_t row = 0; known && row < file.catalog->rows(); ++row) {
            lost += std::isfinite(known->latents->muView().row(row)[0]) ? 0 : 1;
        }
    }
    const Session& session = m_window.session();
    const auto count = static_cast<qint64>(stars());
    if (m_files.empty()) {
        m_panel->setMessage(
            tr("Drop files with XP spectra on the window: CSV, ECSV, FITS, VOTable, HDF5, plain, gzip or zip, of up to "
               "%1 stars each. More stars are a catalogue: import them (File menu) and open that.")
                .arg(withThousands(static_cast<qint64>(most))));
    } else if (!session.model()) {
        m_panel->setMessage(tr("Open a model (Ctrl+M) to see these %1 stars in its latent space.").arg(count));
    } else if (!m_problem.isEmpty()) {
        m_panel->setMessage(m_problem);
    } else if (!session.catalog()) {
        m_panel->setMessage(tr("Open a catalogue (Ctrl+O) to see these %1 stars among others.").arg(count));
    } else if (lost > 0) {
        m_panel->setMessage(tr("%1 of %2 stars cannot be encoded: coefficients, errors or the G flux are missing.")
                                .arg(lost)
                                .arg(count));
    } else {
        m_panel->setMessage(count == 1 ? tr("1 star; its ellipse is 1 sigma.")
                                       : tr("%1 stars; their ellipses are 1 sigma.").arg(withThousands(count)));
    }
}

} // namespace zscape
