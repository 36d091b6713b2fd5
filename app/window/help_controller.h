#pragma once

#include <QObject>
#include <QPointer>

namespace zscape {

class MainWindow;
class ManualView;
class Tour;

/// The Help menu: the manual in a window of its own, and the tour of the main window. Child of the window.
class HelpController : public QObject {
    Q_OBJECT
public:
    explicit HelpController(MainWindow& window);

    /// Opens the manual, at a page where one is named ("selections").
    void openManual(const QString& page = {});
    ManualView* manual() const; ///< null before the first time
    void startTour();
    Tour* tour() const; ///< null while none runs
    /// Starts the tour with the first data that are shown, unless this user has seen it before; for windows that a
    /// person opens.
    void offerTour();

private:
    void showAbout();

    MainWindow& m_window;
    QPointer<ManualView> m_manual;
    QPointer<Tour> m_tour;
    QMetaObject::Connection m_offer;
};

} // namespace zscape
