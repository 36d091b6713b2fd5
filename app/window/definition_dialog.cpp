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
#include <QVBoxLayout>

#include <nlohmann/json.hpp>

namespace zscape {

namespace {

bool isFormula(const Definition& definition) {
    return std::holds_alternative<ExpressionShape>(definition.shape);
}

QString indented(const std::string& json) {
    return QString::fromStdString(nlohmann::ordered_json::parse(json).dump(2));
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
    const bool formula = isFormula(m_selection.definition);
    m_name = new QLineEdit(QString::fromStdString(m_selection.name));
    m_formula = new QLineEdit;
    m_formula->setObjectName(QStringLiteral("formula"));
    m_formula->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_formula->setPlaceholderText(QStringLiteral("teff < 5000 && BP-RP > 1"));
    m_formula->setToolTip(tr("Columns, latents z1, z2, …, numbers, + - * / ^, comparisons, && || !, functions such as "
                             "sqrt, log10, abs; bit(flags, n) and missing(column)"));
    m_text = new QPlainTextEdit;
    m_text->setObjectName(QStringLiteral("definition"));
    m_text->setFont(m_formula->font());
    m_text->setTabChangesFocus(true);
    m_message = new QLabel;
    m_message->setObjectName(QStringLiteral("definitionMessage"));
    m_message->setWordWrap(true);
    m_message->setMinimumHeight(5 * gridUnit);
    m_message->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto* form = new QFormLayout;
    form->addRow(tr("&Name"), m_name);
    if (formula) {
        m_formula->setText(QString::fromStdString(std::get<ExpressionShape>(m_selection.definition.shape).expression));
        form->addRow(tr("&Formula"), m_formula);
        m_text->hide();
    } else {
        m_text->setPlainText(indented(toJson(m_selection.definition)));
        form->addRow(tr("&Definition"), m_text);
        m_formula->hide();
    }
    form->addRow(QString(), m_message);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(buttons);
    resize(70 * gridUnit, (formula ? 22 : 55) * gridUnit);
    connect(m_formula, &QLineEdit::textChanged, this, &DefinitionDialog::check);
    connect(m_text, &QPlainTextEdit::textChanged, this, &DefinitionDialog::check);
    connect(m_name, &QLineEdit::textChanged, this, &DefinitionDialog::check);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        m_selection.name = m_name->text().trimmed().toStdString();
        m_selection.definition = read();
        emit confirmed(m_selection);
        accept();
    });
    check();
    (formula ? static_cast<QWidget*>(m_formula) : m_text)->setFocus();
}

Definition DefinitionDialog::read() const {
    if (isFormula(m_selection.definition)) return ExpressionShape{m_formula->text().toStdString()};
    return definitionFromJson(m_text->toPlainText().toStdString());
}

QString DefinitionDialog::message() const {
    return m_message->text();
}

void DefinitionDialog::check() {
    QString problem;
    QString hint;
    try {
        if (m_name->text().trimmed().isEmpty()) throw Error(tr("A selection wants a name.").toStdString());
        const Definition definition = read();
        checkDefinition(definition);
        if (const auto* formula = std::get_if<ExpressionShape>(&definition.shape)) {
            if (formula->expression.empty()) throw Error(tr("Write a formula, e.g. teff < 5000.").toStdString());
            if (m_table->rows() > 0) (void)m_table->columnsOf(formula->expression); // throws at the character
        }
        if (wouldCircle(m_selection.name, definition, m_others)) {
            throw Error(tr("It would refer to itself.").toStdString());
        }
        QStringList missing;
        for (const std::string& column : missingColumns(definition, *m_table, m_others)) {
            missing += QString::fromStdString(column);
        }
        if (!missing.isEmpty() && m_table->rows() > 0) {
            hint = tr("This catalogue lacks %1.").arg(missing.join(QStringLiteral(", ")));
        }
    } catch (const Error& error) {
        problem = QString::fromUtf8(error.what());
    }
    m_ok->setEnabled(problem.isEmpty());
    QPalette ink = palette();
    if (!problem.isEmpty()) ink.setColor(QPalette::WindowText, errorColour(palette()));
    m_message->setPalette(ink);
    m_message->setText(problem.isEmpty() ? hint : problem);
}

} // namespace zscape
