#include "app/window/shape_form.h"

#include "app/window/shape_fields.h"
#include "core/base/error.h"
#include "core/explore/star_table.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSignalBlocker>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace zscape {

namespace {

using namespace shape_fields;

constexpr std::size_t mostNearest = 1'000'000'000;
constexpr std::size_t mostBins = 4096;

std::string columnOf(const QComboBox& column) {
    return column.currentText().trimmed().toStdString();
}

/// What all forms do: the shape that is shown keeps what has no field.
template <typename Shape>
class FormOf : public ShapeForm {
public:
    bool show(const Definition& definition) final {
        const auto* shape = std::get_if<Shape>(&definition.shape);
        if (!shape) return false;
        m_shape = *shape;
        m_showing = true;
        fill(m_shape);
        m_showing = false;
        return true;
    }
    Definition read() const final {
        Shape shape = m_shape;
        take(shape);
        return shape;
    }

protected:
    virtual void fill(const Shape& shape) = 0;
    virtual void take(Shape& shape) const = 0; ///< throws Error
    void told() {
        if (!m_showing) emit edited();
    }
    QLineEdit* line(QFormLayout& rows, const QString& label, const QString& tip) {
        return watched(addLine(rows, label, tip));
    }
    std::pair<QLineEdit*, QLineEdit*> ends(QFormLayout& rows, const QString& label, const QString& tip,
                                           const QString& between = ShapeForm::tr("to")) {
        const auto [first, second] = addPair(rows, label, between, tip);
        return {watched(first), watched(second)};
    }
    QComboBox* column(QFormLayout& rows, const QString& label, const QString& tip, const StarTable& table) {
        QComboBox* box = addColumn(rows, label, tip, table);
        connect(box, &QComboBox::editTextChanged, this, &FormOf::told);
        return box;
    }
    QComboBox* choice(QFormLayout& rows, const QString& label, const QString& tip, const QStringList& texts) {
        auto* box = new QComboBox;
        box->addItems(texts);
        box->setAccessibleName(QString(label).remove(u'&'));
        box->setToolTip(tip);
        rows.addRow(label, box);
        connect(box, &QComboBox::currentIndexChanged, this, &FormOf::told);
        return box;
    }

private:
    QLineEdit* watched(QLineEdit* one) {
        connect(one, &QLineEdit::textChanged, this, &FormOf::told);
        return one;
    }

    Shape m_shape;
    bool m_showing = false;
};

class FormulaForm : public FormOf<ExpressionShape> {
public:
    explicit FormulaForm(QFormLayout& rows) {
        m_formula = line(rows, tr("&Formula"),
                         tr("Columns, latents z1, z2, …, numbers, + - * / ^, comparisons, && || !, functions such as "
                            "sqrt, log10, abs; bit(flags, n) and missing(column)"));
        m_formula->setObjectName(QStringLiteral("formula"));
        m_formula->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        m_formula->setPlaceholderText(QStringLiteral("teff < 5000 && BP-RP > 1"));
    }

private:
    void fill(const ExpressionShape& shape) override { m_formula->setText(QString::fromStdString(shape.expression)); }
    void take(ExpressionShape& shape) const override {
        shape.expression = m_formula->text().toStdString();
        if (shape.expression.empty()) throw Error(tr("Write a formula, e.g. teff < 5000.").toStdString());
    }

    QLineEdit* m_formula = nullptr;
};

class RangeForm : public FormOf<RangeShape> {
public:
    RangeForm(const StarTable& table, QFormLayout& rows) {
        m_column = column(rows, tr("&Column"), tr("A column, a latent or a formula, such as J-H"), table);
        std::tie(m_low, m_high) = ends(rows, tr("&From"), tr("An end without a number has no limit"));
        m_low->setPlaceholderText(tr("no limit"));
        m_high->setPlaceholderText(tr("no limit"));
    }

private:
    void fill(const RangeShape& shape) override {
        m_column->setEditText(QString::fromStdString(shape.column));
        m_low->setText(std::isinf(shape.low) ? QString() : textOf(shape.low));
        m_high->setText(std::isinf(shape.high) ? QString() : textOf(shape.high));
    }
    void take(RangeShape& shape) const override {
        shape.column = columnOf(*m_column);
        const bool low = !m_low->text().trimmed().isEmpty(), high = !m_high->text().trimmed().isEmpty();
        shape.low = low ? numberOf(m_low->text(), tr("the low end")) : RangeShape().low;
        shape.high = high ? numberOf(m_high->text(), tr("the high end")) : RangeShape().high;
    }

    QComboBox* m_column = nullptr;
    QLineEdit *m_low = nullptr, *m_high = nullptr;
};

class NearestForm : public FormOf<NearestShape> {
public:
    explicit NearestForm(QFormLayout& rows) {
        m_count = line(rows, tr("&Stars"), tr("How many of the nearest stars: k"));
        m_count->setObjectName(QStringLiteral("nearestCount"));
        m_point = line(rows, tr("&Latent point"),
                       tr("Its latents z1, z2, …, with spaces between; distances are in all "
                          "of them"));
        m_point->setObjectName(QStringLiteral("nearestPoint"));
    }

private:
    void fill(const NearestShape& shape) override {
        m_count->setText(QString::number(shape.count));
        QStringList latents;
        for (const double latent : shape.point) {
            latents += textOf(latent);
        }
        m_point->setText(latents.join(u' '));
        m_point->setCursorPosition(0);
    }
    void take(NearestShape& shape) const override {
        shape.count = wholeNumberOf(m_count->text(), tr("the number of stars"), mostNearest);
        shape.point.clear();
        for (const QString& latent : m_point->text().simplified().split(u' ', Qt::SkipEmptyParts)) {
            shape.point.push_back(numberOf(latent, tr("a latent of the point")));
        }
    }

    QLineEdit *m_count = nullptr, *m_point = nullptr;
};

/// Of shapes in a plane.
template <typename Shape>
class PlaneForm : public FormOf<Shape> {
protected:
    PlaneForm(const StarTable& table, QFormLayout& rows) {
        m_x = this->column(rows, ShapeForm::tr("&x"), ShapeForm::tr("The column, latent or formula along x"), table);
        m_y = this->column(rows, ShapeForm::tr("&y"), ShapeForm::tr("The column, latent or formula along y"), table);
    }
    void fillAxes(const PlaneAxes& axes) {
        m_x->setEditText(QString::fromStdString(axes.x));
        m_y->setEditText(QString::fromStdString(axes.y));
    }
    void takeAxes(PlaneAxes& axes) const {
        axes.x = columnOf(*m_x);
        axes.y = columnOf(*m_y);
    }

private:
    QComboBox *m_x = nullptr, *m_y = nullptr;
};

class RectangleForm : public PlaneForm<RectangleShape> {
public:
    RectangleForm(const StarTable& table, QFormLayout& rows) : PlaneForm(table, rows) {
        std::tie(m_left, m_right) = ends(rows, tr("x &from"), tr("Both ends belong to it"));
        std::tie(m_bottom, m_top) = ends(rows, tr("y f&rom"), tr("Both ends belong to it"));
    }

private:
    void fill(const RectangleShape& shape) override {
        fillAxes(shape.axes);
        m_left->setText(textOf(shape.from.x));
        m_right->setText(textOf(shape.to.x));
        m_bottom->setText(textOf(shape.from.y));
        m_top->setText(textOf(shape.to.y));
    }
    void take(RectangleShape& shape) const override {
        takeAxes(shape.axes);
        shape.from = {numberOf(m_left->text(), tr("the first x")), numberOf(m_bottom->text(), tr("the first y"))};
        shape.to = {numberOf(m_right->text(), tr("the last x")), numberOf(m_top->text(), tr("the last y"))};
    }

    QLineEdit *m_left = nullptr, *m_right = nullptr, *m_bottom = nullptr, *m_top = nullptr;
};

class CurveForm : public PlaneForm<CurveShape> {
public:
    CurveForm(const StarTable& table, QFormLayout& rows) : PlaneForm(table, rows), m_rows(rows) {
        m_side = choice(rows, tr("&Stars"), tr("By the number, whatever way the axis runs"),
                        {tr("above the curve: larger y"), tr("below the curve: smaller y")});
        m_kind = choice(rows, tr("Curve &as"), tr("How the curve is written"), {tr("a formula"), tr("points")});
        m_formula = line(rows, tr("y &of x"), tr("y as a formula of x, the column along x, and of other columns"));
        m_formula->setObjectName(QStringLiteral("curveFormula"));
        m_formula->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        m_formula->setPlaceholderText(QStringLiteral("5.9 - 0.4*x/1000"));
        m_points = new QPlainTextEdit;
        m_points->setObjectName(QStringLiteral("curvePoints"));
        m_points->setToolTip(tr("x and y of a point a line; straight lines between them"));
        m_points->setFont(m_formula->font());
        m_points->setTabChangesFocus(true);
        m_points->setPlaceholderText(QStringLiteral("4000, 4.3\n6500, 3.3"));
        m_points->setMinimumHeight(10 * gridUnit);
        rows.addRow(tr("&Points x, y"), m_points);
        m_extended = new QCheckBox(tr("&goes on beyond its ends"));
        m_extended->setObjectName(QStringLiteral("curveExtended"));
        m_extended->setToolTip(tr("Else stars left and right of the curve are on neither side"));
        rows.addRow(QString(), m_extended);
        connect(m_points, &QPlainTextEdit::textChanged, this, &CurveForm::told);
        connect(m_extended, &QCheckBox::toggled, this, &CurveForm::told);
        connect(m_kind, &QComboBox::currentIndexChanged, this, &CurveForm::showKind);
    }

private:
    void fill(const CurveShape& shape) override {
        fillAxes(shape.axes);
        m_side->setCurrentIndex(shape.side == CurveSide::Above ? 0 : 1);
        m_kind->setCurrentIndex(shape.line.empty() ? 0 : 1);
        // What the other kind had stays: it can be gone back to.
        if (shape.line.empty()) m_formula->setText(QString::fromStdString(shape.formula));
        if (!shape.line.empty()) m_points->setPlainText(textOf(shape.line));
        m_extended->setChecked(shape.extended);
        showKind();
    }
    void take(CurveShape& shape) const override {
        takeAxes(shape.axes);
        shape.side = m_side->currentIndex() == 0 ? CurveSide::Above : CurveSide::Below;
        shape.formula.clear();
        shape.line.clear();
        if (m_kind->currentIndex() == 0) {
            shape.formula = m_formula->text().trimmed().toStdString();
            if (shape.formula.empty())
                throw Error(tr("Write y as a formula of x, e.g. 5.9 - 0.4*x/1000.").toStdString());
        } else {
            shape.line = pointsOf(m_points->toPlainText());
            if (shape.line.size() < 2) throw Error(tr("A curve wants two points or more, one a line.").toStdString());
        }
        shape.extended = m_kind->currentIndex() == 1 && m_extended->isChecked();
    }
    void showKind() {
        const bool points = m_kind->currentIndex() == 1;
        m_rows.setRowVisible(m_formula, !points);
        m_rows.setRowVisible(m_points, points);
        m_rows.setRowVisible(m_extended, points);
    }

    QFormLayout& m_rows;
    QComboBox *m_side = nullptr, *m_kind = nullptr;
    QLineEdit* m_formula = nullptr;
    QPlainTextEdit* m_points = nullptr;
    QCheckBox* m_extended = nullptr;
};

class DensityForm : public PlaneForm<DensityShape> {
public:
    DensityForm(const StarTable& table, QFormLayout& rows) : PlaneForm(table, rows) {
        m_rule = choice(rows, tr("&Stars in"), tr("Which bins of the plane count"),
                        {tr("the densest bins that hold a share of all"), tr("bins with so many stars or more"),
                         tr("bins with so many stars or fewer")});
        m_threshold = line(rows, tr("S&hare in %"), tr("Of all stars in the bins, or how many stars a bin has"));
        m_threshold->setObjectName(QStringLiteral("densityThreshold"));
        std::tie(m_binsX, m_binsY) =
            ends(rows, tr("&Bins along x, y"), tr("Equal steps of each axis"), QStringLiteral("×"));
        m_threshold->setAccessibleName(tr("Threshold"));
        m_label = qobject_cast<QLabel*>(rows.labelForField(m_threshold));
        connect(m_rule, &QComboBox::currentIndexChanged, this, &DensityForm::nameThreshold);
    }

private:
    static constexpr DensityRule rules[] = {DensityRule::Densest, DensityRule::AtLeast, DensityRule::AtMost};

    void fill(const DensityShape& shape) override {
        fillAxes(shape.axes);
        m_rule->setCurrentIndex(static_cast<int>(std::ranges::find(rules, shape.rule) - std::begin(rules)));
        // 100 * 0.07 is not 7 in binary: as many digits as the share has.
        m_threshold->setText(shape.rule == DensityRule::Densest ? QString::number(100 * shape.threshold, 'g', 12)
                                                                : textOf(shape.threshold));
        m_binsX->setText(QString::number(shape.binsX));
        m_binsY->setText(QString::number(shape.binsY));
        nameThreshold();
    }
    void take(DensityShape& shape) const override {
        takeAxes(shape.axes);
        shape.rule = rules[m_rule->currentIndex()];
        const bool share = shape.rule == DensityRule::Densest;
        const double threshold = numberOf(m_threshold->text(), share ? tr("the share") : tr("the stars of a bin"));
        if (share && !(threshold >= 0 && threshold <= 100)) {
            throw Error(tr("The share of the stars is from 0 to 100 %.").toStdString());
        }
        shape.threshold = share ? threshold / 100 : threshold;
        shape.binsX = wholeNumberOf(m_binsX->text(), tr("the bins along x"), mostBins);
        shape.binsY = wholeNumberOf(m_binsY->text(), tr("the bins along y"), mostBins);
    }
    void nameThreshold() { m_label->setText(m_rule->currentIndex() == 0 ? tr("S&hare in %") : tr("S&tars in a bin")); }

    QComboBox* m_rule = nullptr;
    QLabel* m_label = nullptr;
    QLineEdit *m_threshold = nullptr, *m_binsX = nullptr, *m_binsY = nullptr;
};

} // namespace

std::unique_ptr<ShapeForm> ShapeForm::make(const Definition& definition, const StarTable& table, QFormLayout& rows) {
    std::unique_ptr<ShapeForm> form;
    if (std::holds_alternative<ExpressionShape>(definition.shape)) {
        form = std::make_unique<FormulaForm>(rows);
    } else if (std::holds_alternative<RangeShape>(definition.shape)) {
        form = std::make_unique<RangeForm>(table, rows);
    } else if (std::holds_alternative<NearestShape>(definition.shape)) {
        form = std::make_unique<NearestForm>(rows);
    } else if (std::holds_alternative<RectangleShape>(definition.shape)) {
        form = std::make_unique<RectangleForm>(table, rows);
    } else if (std::holds_alternative<CurveShape>(definition.shape)) {
        form = std::make_unique<CurveForm>(table, rows);
    } else if (std::holds_alternative<DensityShape>(definition.shape)) {
        form = std::make_unique<DensityForm>(table, rows);
    }
    if (form) form->show(definition);
    return form;
}

} // namespace zscape
