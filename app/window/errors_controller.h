#pragma once

#include "app/figure/figure_input.h"

#include <QObject>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

class QAction;

namespace zscape {

class MainWindow;

/// Reconstruction errors of all stars, in the Spectra menu: a job whose RMSE(j) and RMSE(lambda) become columns of the
/// catalogue, and other models' spectra to compare with, from files. Child of the window, lives on the UI thread.
class ErrorsController : public QObject {
    Q_OBJECT
public:
    explicit ErrorsController(MainWindow& window);

    /// Starts the job; `made` follows.
    void reckon();
    /// Reads an array of other spectra (compared_spectra.h) and reckons with it. `array` may be "".
    void compareWith(const std::filesystem::path& file, const std::string& array = {});
    /// What the figures of errors are made of: correlations, other spectra, and the errors where they are known.
    void fill(FigureInput& input) const;
    /// Null until they are reckoned for what is open now.
    const std::shared_ptr<const ReconstructionErrors>& errors() const { return m_errors; }

signals:
    void made();

private:
    struct Compared {
        std::string text; ///< NAME=FILE:ARRAY
        std::shared_ptr<const ComparedSpectra> spectra;
    };
    struct Reckoned {
        std::vector<Compared> compared;
        std::shared_ptr<const ReconstructionErrors> errors;
    };
    void chooseCompared();
    void start(const std::string& more);
    void adopt(Reckoned reckoned);
    /// What was reckoned is of other data.
    void forget();

    MainWindow& m_window;
    QAction* m_reckon = nullptr;
    QAction* m_compare = nullptr;
    QAction* m_alone = nullptr;
    std::vector<Compared> m_compared;
    std::shared_ptr<const ReconstructionErrors> m_errors;
    /// What m_errors and m_compared are of.
    std::shared_ptr<const SpectralModel> m_model;
    std::shared_ptr<const Catalog> m_catalog;
};

} // namespace zscape
