// Files that are dropped on the window.
#include "app/window/dropped_stars.h"
#include "app/window/main_window.h"
#include "app/window/session_file.h"
#include "core/build/read_stars.h"
#include "core/model/file_kind.h"

#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileInfo>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>

#include <algorithm>

namespace zscape {

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    const bool areFiles = std::ranges::all_of(urls, [](const QUrl& url) { return url.isLocalFile(); });
    if (!urls.isEmpty() && areFiles) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    event->acceptProposedAction();
    for (const QUrl& url : event->mimeData()->urls()) {
        takeFile(url.toLocalFile().toStdString());
    }
}

void MainWindow::takeFile(const std::filesystem::path& path) {
    if (path.extension() == sessionEnding || isModelFile(path)) {
        openPath(path);
        return;
    }
    if (!isCatalogFile(path)) {
        m_dropped->open(path);
        return;
    }
    if (!m_session.catalog() || !m_session.model()) {
        openPath(path);
        return;
    }
    auto* box = new QMessageBox(QMessageBox::Question, QStringLiteral("Zscape"),
                                tr("%1 is a catalogue.").arg(QString::fromStdString(path.filename().string())),
                                QMessageBox::Cancel, this);
    box->setObjectName(QStringLiteral("dropQuestion"));
    box->setInformativeText(tr("Open it in place of %1, or mark its stars among those of %1?")
                                .arg(QString::fromStdString(m_session.catalog()->name())));
    auto* openIt = box->addButton(tr("Open it"), QMessageBox::AcceptRole);
    openIt->setObjectName(QStringLiteral("dropOpens"));
    auto* mark = box->addButton(tr("Mark its stars"), QMessageBox::ActionRole);
    mark->setObjectName(QStringLiteral("dropMarks"));
    box->setDefaultButton(openIt);
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(openIt, &QPushButton::clicked, this, [this, path] { openPath(path); });
    connect(mark, &QPushButton::clicked, this, [this, path] { m_dropped->open(path); });
    box->open();
}

} // namespace zscape
