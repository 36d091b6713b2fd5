#pragma once

#include "app/window/job_runner.h"
#include "app/window/latent_controller.h"
#include "core/explore/star_table.h"
#include "core/select/definition.h"
#include "widgets/corner_view.h"
#include "widgets/histogram_view.h"
#include "widgets/marked_stars.h"

#include <QObject>

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace zscape {

class DroppedStarsPanel;
class MainWindow;

/// The stars of files that were dropped on the window: read by the archive's readers, encoded by the open model, marked
/// in every view with ellipses of 1 sigma, and listed in a panel, where picking one shows its spectra. Adding and
/// clearing are steps of the undo stack. Child of the window, lives on the UI thread; files are read as jobs.
class DroppedStars : public QObject {
    Q_OBJECT
public:
    explicit DroppedStars(MainWindow& window);
    ~DroppedStars() override;

    /// More than this many stars in one file are no marks any more but a catalogue.
    static constexpr std::size_t most = 5000;

    /// Reads a file and marks its stars, after those that are being read.
    void open(const std::filesystem::path& path);
    /// The same of a file that another program sent, which lives no longer than the window: a session keeps a copy.
    void openReceived(const std::filesystem::path& path);
    struct Source {
        std::filesystem::path path;
        bool isReceived = false;
    };
    /// As a session file has them: not a step to undo.
    void restore(const std::vector<Source>& sources);
    void clear();
    std::vector<Source> sources() const;
    /// Of all files, in the order they were dropped.
    std::size_t stars() const;
    bool isBusy() const { return m_reading.isRunning() || m_encoding.isRunning() || !m_waiting.empty(); }

    void pick(std::size_t star);
    std::optional<std::size_t> picked() const { return m_picked; }
    /// For a plot with these ids on its axes: one a star, NaN where it has no place there.
    std::vector<MarkedStar> marks(const std::string& x, const std::string& y) const;
    std::vector<HistogramView::Marked> marks(const std::string& column) const;
    std::vector<CornerView::Marked> marks(const std::vector<std::string>& columns) const;
    DroppedStarsPanel& panel() { return *m_panel; }

signals:
    /// Other stars, other places, or another one is picked.
    void changed();

private:
    struct File {
        std::filesystem::path path;
        std::shared_ptr<const Catalog> catalog;
        bool isReceived = false;
    };
    struct Encoded {
        std::shared_ptr<const Latents> latents;
        std::shared_ptr<const StarTable> table;
    };
    class Edit;

    void wish(const std::filesystem::path& path, bool isReceived);
    void readNext();
    void put(const std::vector<File>& files);
    void encode();
    void showAll();
    void showMessage();
    void show(std::size_t star);
    void pickAgain(const LatentController::Guest& guest);
    void leavePicked();
    /// The file of a star and its row there.
    std::pair<const File*, std::size_t> place(std::size_t star) const;
    const Encoded* encoded(const File& file) const;
    /// Value and 1 sigma of every star on an axis.
    std::vector<std::pair<double, double>> along(const std::string& column) const;

    MainWindow& m_window;
    DroppedStarsPanel* m_panel = nullptr;
    std::vector<File> m_files;
    std::map<const Catalog*, Encoded> m_encoded;
    std::shared_ptr<const SpectralModel> m_encodedWith;
    QString m_problem; ///< why they have no place in the latent space
    std::optional<std::size_t> m_picked;
    struct Wanted {
        std::filesystem::path path;
        bool isUndoable = true;
        bool isReceived = false;
    };
    std::deque<Wanted> m_waiting;
    JobRunner m_encoding, m_reading; ///< last: joined before what their work reads goes away
};

} // namespace zscape
