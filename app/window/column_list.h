#pragma once

#include <QComboBox>

#include <string>

namespace zscape {

class PlotColumns;

/// A list of columns in which a formula may be typed instead: `J-H`, `sqrt(z1^2+z2^2)`.
class ColumnList : public QComboBox {
    Q_OBJECT
public:
    /// With `none`, an entry for no column comes first.
    ColumnList(const QString& purpose, bool none, QWidget* parent = nullptr);
    void setColumns(const PlotColumns& columns);
    /// An id or formula; "" for none.
    std::string column() const;
    void setColumn(const std::string& idOrFormula); ///< without a signal
    /// Says why the text cannot be used; "" when it can.
    void setProblem(const QString& sentence);

signals:
    /// The user has chosen or typed another one.
    void columnChanged();

private:
    void settle();

    QString m_purpose;
    bool m_none;
    std::string m_told;
};

} // namespace zscape
