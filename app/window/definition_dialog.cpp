#include "app/window/definition_dialog.h"

#include "core/base/error.h"
#include "core/explore/star_table.h"
#include "core/select/evaluate.h"
#include "core/select/selection_json.h"
#include "widgets/theme.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <nlohmann/json.hpp>

namespace zscape {

namespace {

QString indented(const Definition& definition) {
    return QString::fromStdString(nlohmann::ordered_json::parse(toJson(definition)).dump(2));
}

QLabel* makeMessage() {
    auto* message = new QLabel;
    message->setObjectName(QStringLiteral("definitionMessage"));
    message->setWordWrap(true);
    message->setMinimumHeight(5 * gridUnit);
    message->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    return message;
}

} // namespace

DefinitionDialog::DefinitionDialog(Selection selection, std::vector<Selection> others,
                                   std::shared_ptr<const StarTable> table, QWidget* parent)
    : QDialog(parent),
      m_selection(std::move(selection)),
      m_others(std::move(others)),
      m_table(std::move(table)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Selection"));
    m_name = new QLineEdit(QString::fromStdString(m_selection.name));
    m_advanced = new QToolButton;
    m_advanced->setText(tr("&Advanced"));
    m_advanced->setToolTip(tr("The same definition as text, as session files have it"));
    m_advanced->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_advanced->setCheckable(true);
    m_advanced->setAutoRaise(true);
    m_advanced->setFocusPolicy(Qt::StrongFocus);
    m_text = new QPlainTextEdit;
    m_text->setObjectName(QStringLiteral("definition"));
    m_text->setAccessibleName(tr("Definition"));
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setTabChangesFocus(true);
    m_text->setMinimumHeight(15 * gridUnit);
    m_message = makeMessage();
    m_rows = new QFormLayout;
    m_rows->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_rows->addRow(tr("&Name"), m_name);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(m_rows);
    layout->addWidget(m_advanced);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_message);
    layout->addStretch(0);
    layout->addWidget(buttons);
    makeForm(m_selection.definition);
    resize(60 * gridUnit, (m_form ? 10 : 60) * gridUnit);
    m_text->setPlainText(indented(m_selection.definition));
    showText(m_form == nullptr);
    connect(m_advanced, &QToolButton::toggled, this, &DefinitionDialog::showText);
    connect(m_text, &QPlainTextEdit::textChanged, this, &DefinitionDialog::takeText);
    connect(m_name, &QLineEdit::textChanged, this, &DefinitionDialog::check);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        m_selection.name = m_name->text().trimmed().toStdString();
        emit confirmed(m_selection);
        accept();
    });
    if (std::holds_alternative<ExpressionShape>(m_selection.definition.shape)) {
        takeForm(); // a new one has no formula yet
    } else {
        check();
    }
    focusFirst();
}

DefinitionDialog::~DefinitionDialog() = default;

QLineEdit& DefinitionDialog::formula() {
    return *findChild<QLineEdit*>(QStringLiteral("formula"));
}

/// Of the field that most often is the one to change.
void DefinitionDialog::focusFirst() {
    for (const char* name : {"formula", "curveFormula", "nearestCount", "densityThreshold"}) {
        auto* field = findChild<QLineEdit*>(QLatin1String(name));
        if (!field || field->isHidden()) continue;
        field->setFocus();
        return field->selectAll();
    }
    (m_form ? m_rows->itemAt(1, QFormLayout::FieldRole)->widget() : m_text)->setFocus();
}

/// Rows for a definition of another kind than those that are there.
void DefinitionDialog::makeForm(const Definition& definition) {
    m_form.reset(); // before its fields
    while (m_rows->rowCount() > 1) {
        m_rows->removeRow(1);
    }
    m_form = ShapeForm::make(definition, *m_table, *m_rows);
    if (m_form) connect(m_form.get(), &ShapeForm::edited, this, &DefinitionDialog::takeForm);
}

void DefinitionDialog::showText(bool shown) {
    const QSignalBlocker quiet(m_advanced);
    m_advanced->setChecked(shown);
    m_advanced->setArrowType(shown ? Qt::DownArrow : Qt::RightArrow);
    m_text->setVisible(shown);
    if (!shown) resize(width(), minimumSizeHint().height());
}

void DefinitionDialog::takeForm() {
    m_unread.clear();
    try {
        m_selection.definition = m_form->read();
        const QSignalBlocker quiet(m_text);
        m_text->setPlainText(indented(m_selection.definition));
    } catch (const Error& error) {
        m_unread = QString::fromUtf8(error.what());
    }
    check();
}

void DefinitionDialog::takeText() {
    m_unread.clear();
    try {
        m_selection.definition = definitionFromJson(m_text->toPlainText().toStdString());
        if (!m_form || !m_form->show(m_selection.definition)) makeForm(m_selection.definition);
    } catch (const Error& error) {
        m_unread = QString::fromUtf8(error.what());
    }
    check();
}

QString DefinitionDialog::message() const {
    return m_message->text();
}

void DefinitionDialog::checkMeaning() const {
    if (m_name->text().trimmed().isEmpty()) throw Error(tr("A selection wants a name.").toStdString());
    if (!m_unread.isEmpty()) throw Error(m_unread.toStdString());
    const Definition& definition = m_selection.definition;
    checkDefinition(definition);
    const auto* formula = std::get_if<ExpressionShape>(&definition.shape);
    if (formula && m_table->rows() > 0) (void)m_table->columnsOf(formula->expression); // throws at the character
    if (wouldCircle(m_selection.name, definition, m_others)) throw Error(tr("It would refer to itself.").toStdString());
}

/// Throws Error for formulas that cannot be read.
QString DefinitionDialog::hint() const {
    QStringList missing;
    for (const std::string& column : missingColumns(m_selection.definition, *m_table, m_others)) {
        missing += QString::fromStdString(column);
    }
    if (missing.isEmpty() || m_table->rows() == 0) return {};
    return tr("This catalogue lacks %1.").arg(missing.join(QStringLiteral(", ")));
}

void DefinitionDialog::check() {
    QString problem, told;
    try {
        checkMeaning();
        told = hint();
    } catch (const Error& error) {
        problem = QString::fromUtf8(error.what());
    }
    m_ok->setEnabled(problem.isEmpty());
    QPalette ink = palette();
    if (!problem.isEmpty()) ink.setColor(QPalette::WindowText, errorColour(palette()));
    m_message->setPalette(ink);
    m_message->setText(problem.isEmpty() ? told : problem);
}

} // namespace zscape
