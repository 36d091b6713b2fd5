#include "app/window/selections_controller.h"

#include "app/window/definition_dialog.h"
#include "app/window/latent_controller.h"
#include "app/window/main_window.h"
#include "app/window/selection_panel.h"
#include "app/window/selection_store.h"
#include "core/base/error.h"
#include "core/select/read_source_ids.h"
#include "widgets/elided_label.h"
#include "widgets/number_text.h"
#include "widgets/theme.h"

#include <QAction>
#include <QColorDialog>
#include <QLabel>
#include <QMenu>
#include <QStatusBar>
#include <QUndoStack>

#include <algorithm>

namespace zscape {

namespace {

constexpr std::string_view drawnName = "drawn";
constexpr int replacedShown_ms = 15'000;

/// What a selection is, for people: a built-in one's sentence, a formula, or its columns.
QString describe(const Selection& selection) {
    if (const auto* formula = std::get_if<ExpressionShape>(&selection.definition.shape)) {
        return QString::fromStdString(formula->expression);
    }
    return QString::fromStdString(builtInDescription(selection.name));
}

/// What a selection without stars lacks, in a word or two for a narrow column; its tool tip says the rest.
QString lackText(const Selection& selection, const StarTable& table, const std::vector<Selection>& others) {
    try {
        const std::vector<std::string> missing = missingColumns(selection.definition, table, others);
        if (missing.empty()) return QObject::tr("no stars");
        const auto isLatent = [](const std::string& name) {
            return name.size() > 1 && name[0] == 'z' && name.find_first_not_of("0123456789", 1) == std::string::npos;
        };
        if (!table.latents() && std::ranges::all_of(missing, isLatent)) return QObject::tr("no model");
        return missing.size() == 1 ? QObject::tr("no column") : QObject::tr("no columns");
    } catch (const ExpressionError&) {
        return QObject::tr("no formula");
    } catch (const Error&) { // a reference to nothing
        return QObject::tr("no selection");
    }
}

QString percentText(std::size_t part, std::size_t whole) {
    const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(std::max<std::size_t>(whole, 1));
    return QObject::tr("%1 %").arg(percent, 0, 'f', percent > 0 && percent < 0.1 ? 3 : 1);
}

} // namespace

SelectionsController::SelectionsController(MainWindow& window)
    : QObject(&window),
      m_window(window),
      m_session(window.session()),
      m_store(window.session().selections()) {
    m_new = new QMenu(tr("&New"), &window);
    m_combine = new QMenu(tr("&Combine"), &window);
    m_panel = new SelectionPanel(*m_new, *m_combine);
    m_count = new QLabel;
    m_count->setObjectName(QStringLiteral("selectedCount"));
    m_count->setToolTip(tr("Stars in the current selection, of all that are open"));
    m_count->setContentsMargins(0, 0, 2 * gridUnit, 0);
    window.statusBar()->insertWidget(0, m_count);
    m_replaced = new ElidedLabel; // not the status bar's message: that would cover the count
    m_replaced->setObjectName(QStringLiteral("replacedSelection"));
    m_replaced->setContentsMargins(0, 0, 2 * gridUnit, 0);
    m_replaced->hide();
    window.statusBar()->insertWidget(1, m_replaced);
    m_replacedShown.setSingleShot(true);
    connect(&m_replacedShown, &QTimer::timeout, m_replaced, &QWidget::hide);
    connect(&m_session.undo(), &QUndoStack::indexChanged, m_replaced, &QWidget::hide);
    fillMenus();

    connect(&m_store, &SelectionStore::changed, this, &SelectionsController::showList);
    connect(&m_session, &Session::changed, this, &SelectionsController::showList);
    connect(&m_session, &Session::latentsMoved, this, &SelectionsController::showList);
    connect(m_panel, &SelectionPanel::currentChanged, &m_store, [this](std::size_t row) { m_store.setCurrent(row); });
    connect(m_panel, &SelectionPanel::visibleChanged, this, [this](std::size_t row, bool visible) {
        Selection selection = m_store.list().at(row);
        selection.visible = visible;
        const QString name = QString::fromStdString(selection.name);
        m_store.change(row, std::move(selection), visible ? tr("show “%1”").arg(name) : tr("hide “%1”").arg(name));
    });
    connect(m_panel, &SelectionPanel::renamed, this,
            [this](std::size_t row, const QString& name) { m_store.rename(row, name.toStdString()); });
    connect(m_panel, &SelectionPanel::colourRequested, this, &SelectionsController::chooseColour);
    connect(m_panel, &SelectionPanel::editRequested, this, &SelectionsController::edit);
    connect(m_panel, &SelectionPanel::deleteRequested, this, [this](std::size_t row) {
        if (row < m_store.list().size()) m_store.remove(row);
    });
    connect(m_panel, &SelectionPanel::contextMenuRequested, this, &SelectionsController::showContextMenu);
    showList();
}

void SelectionsController::showList() {
    std::vector<SelectionPanel::Row> rows;
    const std::size_t total = m_session.table()->rows();
    const std::vector<ClassMark> marks = selectionMarks(m_store.list());
    for (std::size_t i = 0; i < m_store.list().size(); ++i) {
        const Selection& selection = m_store.list()[i];
        SelectionPanel::Row row;
        row.name = QString::fromStdString(selection.name);
        row.colour = QColor::fromRgb(selection.colour);
        row.mark = marks[i];
        row.visible = selection.visible;
        row.tip = describe(selection);
        if (m_store.stars(i)) {
            row.count = withThousands(static_cast<qint64>(m_store.count(i)));
            row.percent = percentText(m_store.count(i), total);
        } else if (m_store.isPending(i)) {
            row.count = QStringLiteral("…");
        } else if (const QString problem = m_store.problem(i); !problem.isEmpty()) {
            row.count = lackText(selection, *m_session.table(), m_store.list());
            row.wrong = true;
            row.tip = problem;
        }
        rows.push_back(std::move(row));
    }
    const std::optional<std::size_t> current = m_store.current();
    m_panel->setRows(rows, current);
    for (QAction* action : {m_edit, m_rename, m_recolour, m_delete, m_export}) {
        action->setEnabled(current.has_value());
    }
    m_combine->setEnabled(current.has_value());
    if (total == 0) {
        m_count->clear();
    } else if (!current) {
        m_count->setText(tr("0 of %1 (0 %) selected").arg(withThousands(static_cast<qint64>(total))));
    } else if (m_store.stars(*current)) {
        const std::size_t count = m_store.count(*current);
        m_count->setText(tr("%1 of %2 (%3) selected")
                             .arg(withThousands(static_cast<qint64>(count)), withThousands(static_cast<qint64>(total)),
                                  percentText(count, total)));
    } else {
        m_count->setText(tr("%1: %2").arg(rows[*current].name,
                                          m_store.isPending(*current) ? tr("selecting…") : rows[*current].count));
    }
}

Rgb SelectionsController::nextColour() const {
    return selectionColour(m_store.list().size());
}

void SelectionsController::take(Definition shape, How how) {
    const std::optional<std::size_t> current = m_store.current();
    if (how == How::Replace || !current) {
        if (how == How::Remove) shape = negated(std::move(shape)); // out of all stars
        if (current && isAsDrawn(*current)) return replaceDrawn(*current, std::move(shape));
        m_store.add({std::string(drawnName), nextColour(), true, std::move(shape)}, tr("draw a selection"));
        m_asDrawn = m_store.list().back();
        return;
    }
    Selection selection = m_store.list()[*current];
    const Combination combination = how == How::Add ? Combination::Or : Combination::Minus;
    selection.definition = combined(combination, std::move(selection.definition), std::move(shape));
    m_store.change(*current, std::move(selection), how == How::Add ? tr("add to a selection") : tr("take out"));
}

/// Nobody has renamed, recoloured, hidden or edited it, added to it or made others of it: nothing but a drag is lost.
bool SelectionsController::isAsDrawn(std::size_t row) const {
    const Selection& selection = m_store.list()[row];
    return m_asDrawn == selection && std::ranges::none_of(m_store.list(), [&](const Selection& one) {
               return wouldCircle(selection.name, one.definition, m_store.list()); // refers to it
           });
}

void SelectionsController::replaceDrawn(std::size_t row, Definition shape) {
    m_asDrawn->definition = std::move(shape);
    m_store.change(row, *m_asDrawn, tr("draw a selection"));
    m_replaced->setFullText(tr("Replaced “%1”: Ctrl+Z brings it back; rename it to keep it, Shift adds")
                                .arg(QString::fromStdString(m_asDrawn->name)));
    m_replaced->show();
    m_replacedShown.start(replacedShown_ms);
}

void SelectionsController::edit(std::size_t row) {
    if (row >= m_store.list().size()) return;
    auto* dialog = new DefinitionDialog(m_store.list()[row], m_store.list(), m_session.table(), &m_window);
    const std::string before = m_store.list()[row].name;
    connect(dialog, &DefinitionDialog::confirmed, this, [this, before](const Selection& selection) {
        const std::optional<std::size_t> found = m_store.find(before); // the list may be another one by now
        if (!found) return;
        m_session.undo().beginMacro(tr("edit “%1”").arg(QString::fromStdString(before)));
        m_store.rename(*found, selection.name);
        Selection changed = m_store.list()[*found];
        changed.definition = selection.definition;
        m_store.change(*found, std::move(changed), tr("edit"));
        m_session.undo().endMacro();
    });
    dialog->open();
}

void SelectionsController::begin(const std::string& name, Definition definition) {
    auto* dialog = new DefinitionDialog({freeName(name, m_store.list()), nextColour(), true, std::move(definition)},
                                        m_store.list(), m_session.table(), &m_window);
    connect(dialog, &DefinitionDialog::confirmed, this,
            [this](const Selection& selection) { m_store.add(selection, tr("new selection")); });
    dialog->open();
}

void SelectionsController::addFromFile(const std::filesystem::path& path) {
    m_session.jobs().start<std::vector<std::int64_t>>(
        tr("Reading %1").arg(QString::fromStdString(path.filename().string())),
        [path](const JobContext& job) { return readSourceIds(path, job); },
        [this, path](std::vector<std::int64_t> ids) {
            m_store.add(
                {path.stem().string(), nextColour(), true, IdListShape{path.filename().string(), std::move(ids)}},
                tr("selection from %1").arg(QString::fromStdString(path.filename().string())));
        });
}

void SelectionsController::chooseColour(std::size_t row) {
    if (row >= m_store.list().size()) return;
    for (int i = 0; i < 7; ++i) {
        QColorDialog::setCustomColor(i, QColor::fromRgb(selectionColour(static_cast<std::size_t>(i))));
    }
    auto* dialog = new QColorDialog(QColor::fromRgb(m_store.list()[row].colour), &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    const std::string name = m_store.list()[row].name;
    connect(dialog, &QColorDialog::colorSelected, this, [this, name](const QColor& colour) {
        const std::optional<std::size_t> found = m_store.find(name);
        if (!found) return;
        Selection selection = m_store.list()[*found];
        selection.colour = colour.rgb();
        m_store.change(*found, std::move(selection), tr("recolour “%1”").arg(QString::fromStdString(name)));
    });
    dialog->open();
}

void SelectionsController::combine(Combination how) {
    std::vector<std::size_t> rows = m_panel->marked();
    if (rows.empty() && m_store.current()) rows.push_back(*m_store.current());
    if (rows.empty()) return;
    const auto name = [this](std::size_t row) { return m_store.list()[row].name; };
    if (how == Combination::Not) {
        const std::string of = name(rows.front());
        m_store.add({"not " + of, nextColour(), true, negated(ReferenceShape{of})}, tr("not"));
        return;
    }
    if (rows.size() < 2) {
        emit m_session.failed(tr("Mark two selections or more in the list (Ctrl+click) to combine them."));
        return;
    }
    Definition all = ReferenceShape{name(rows.front())};
    const std::string word = how == Combination::And   ? " and "
                             : how == Combination::Or  ? " or "
                             : how == Combination::Xor ? " xor "
                                                       : " minus ";
    std::string title = name(rows.front());
    for (std::size_t i = 1; i < rows.size(); ++i) {
        all = combined(how, std::move(all), ReferenceShape{name(rows[i])});
        title += word + name(rows[i]);
    }
    m_store.add({title, nextColour(), true, std::move(all)}, tr("combine selections"));
}

} // namespace zscape
