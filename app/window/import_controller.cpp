#include "app/window/import_controller.h"

#include "app/window/main_window.h"
#include "app/window/session.h"
#include "core/base/error.h"
#include "widgets/import_wizard.h"

#include <QAction>
#include <QMenu>

#include <algorithm>

namespace zscape {

namespace {

QString toQt(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// What a table has, what of it Zscape knows, and what that is called.
ImportTable tableAt(const QString& path) {
    ImportTable table;
    table.path = path;
    try {
        const auto source = openTable(std::filesystem::path(path.toStdString()));
        const TableSchema& schema = source->schema();
        const LabelMapping known = mapLabels(schema, false);
        const LabelMapping all = mapLabels(schema, true);
        table.sourceId = toQt(known.sourceId);
        for (const ColumnInfo& column : schema.columns) {
            if (!column.isArray && column.kind != ValueKind::Float32) table.sourceIdChoices << toQt(column.name);
        }
        const auto add = [&](const LabelColumn& column, bool isTaken) {
            ImportColumn row{toQt(column.from), toQt(column.name), toQt(column.unit), {}, isTaken};
            for (const LabelName& label : labelNames()) {
                if (label.name == column.name) row.meaning = toQt(label.meaning);
            }
            if (const auto index = schema.find(column.from)) {
                const ColumnInfo& info = schema.columns[*index];
                if (row.unit.isEmpty()) row.unit = toQt(info.unit);
                if (row.meaning.isEmpty()) row.meaning = toQt(info.description);
            }
            table.columns.push_back(std::move(row));
        };
        for (const LabelColumn& column : known.columns) {
            add(column, true);
        }
        for (const LabelColumn& column : all.columns) {
            const bool isKnown =
                std::ranges::any_of(known.columns, [&](const LabelColumn& one) { return one.from == column.from; });
            if (!isKnown) add(column, false);
        }
    } catch (const Error& error) {
        table.problem = QString::fromUtf8(error.what());
    }
    return table;
}

} // namespace

ImportController::ImportController(MainWindow& window) : QObject(&window), m_window(window) {
    auto* action = new QAction(tr("&Import…"), this);
    action->setObjectName(QStringLiteral("importAction"));
    action->setShortcut(QKeySequence(QStringLiteral("Ctrl+I")));
    action->setToolTip(tr("Make a catalogue from files as the archives deliver them (Ctrl+I)"));
    connect(action, &QAction::triggered, this, [this] { show(); });
    QMenu& file = window.menu(MainMenu::File);
    const QList<QAction*> entries = file.actions();
    const auto separator = std::ranges::find_if(entries, [](const QAction* entry) { return entry->isSeparator(); });
    file.insertAction(separator == entries.end() ? nullptr : *separator, action);
    window.addAction(action);
    connect(&m_job, &JobRunner::progressed, this, [this](double fraction, const QString& text) {
        if (m_wizard) m_wizard->runPage().setProgress(fraction, text);
    });
    connect(&m_job, &JobRunner::failed, this, [this](const QString& message) {
        if (m_wizard) m_wizard->runPage().setFailed(message);
    });
}

ImportController::~ImportController() = default;

ImportWizard& ImportController::show() {
    if (!m_wizard) {
        m_wizard = new ImportWizard(&m_window);
        m_wizard->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_wizard, &ImportWizard::labelsChosen, this, &ImportController::lookIntoTables);
        connect(m_wizard, &ImportWizard::startRequested, this, &ImportController::start);
        connect(m_wizard, &ImportWizard::cancelRequested, this, [this] { m_job.cancel(); });
        connect(m_wizard, &ImportWizard::openRequested, &m_window.session(),
                [this](const QString& path) { m_window.session().openCatalog(path.toStdString()); });
    }
    m_wizard->show();
    m_wizard->raise();
    return *m_wizard;
}

void ImportController::lookIntoTables(const QStringList& paths) {
    if (paths == m_wizard->columns().paths()) return; // what was chosen there stays
    std::vector<ImportTable> tables;
    for (const QString& path : paths) {
        tables.push_back(tableAt(path));
    }
    m_wizard->columns().setTables(tables);
}

void ImportController::start() {
    m_job.start<ImportReport>(
        tr("Importing"), [options = m_wizard->options()](const JobContext& job) { return importCatalog(options, job); },
        [this](const ImportReport& report) {
            if (m_wizard) m_wizard->runPage().setReport(QString::fromStdString(reportText(report)));
        });
}

} // namespace zscape
