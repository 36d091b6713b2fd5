#pragma once

#include <QObject>

#include <filesystem>

namespace zscape {

class MainWindow;

/// "Reproduce the paper": every figure of it into a folder that the user chooses, as a job of the window. Child of the
/// window.
class PaperFigures : public QObject {
    Q_OBJECT
public:
    explicit PaperFigures(MainWindow& window);
    /// Asks for the folder, and before files there are replaced.
    void choose();
    /// Asks nothing.
    void draw(const std::filesystem::path& folder);

signals:
    /// All that could be made is written. `leftOut` has a sentence for each that could not.
    void drawn(const QStringList& leftOut);

private:
    void confirm(const std::filesystem::path& folder);

    MainWindow& m_window;
};

} // namespace zscape
