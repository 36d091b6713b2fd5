#pragma once

#include <QWidget>

class QListWidget;
class QTextBrowser;

namespace zscape {

/// The user manual: its pages (resources/manual/*.md, embedded) in a list, the chosen one beside it. Links lead from
/// page to page; links to the web are left to the desktop.
class ManualView : public QWidget {
    Q_OBJECT
public:
    explicit ManualView(QWidget* parent = nullptr);

    /// Names of the pages without ending, in the order of the list; "start" comes first.
    static QStringList pageNames();
    /// "" for a name there is not.
    static QString pageTitle(const QString& name);
    /// Shows a page; a name there is not is left alone.
    void showPage(const QString& name);
    QString page() const; ///< name of the page that is shown
    QTextBrowser& text() { return *m_text; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void followText();
    void arrangeTables();

    QListWidget* m_pages = nullptr;
    QTextBrowser* m_text = nullptr;
};

} // namespace zscape
