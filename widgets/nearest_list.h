#pragma once

#include <QString>
#include <QVector>
#include <QWidget>

namespace zscape {

/// The stars nearest to the latent point: a line each with what the columns say, to be clicked. Painted by hand, at a
/// height that does not change: it is given other stars in every frame of a drag. Passive.
///
/// Arrow keys, Home and End choose a line, Enter or Space shows its star.
class NearestList : public QWidget {
    Q_OBJECT

public:
    static constexpr int mostLines = 5, leastLines = 3;

    struct Star {
        QString id;
        QVector<QString> values; ///< one a column
        bool operator==(const Star&) const = default;
    };
    struct Column {
        QString symbol; ///< rich text
        QString widest; ///< a value that needs most room
        bool operator==(const Column&) const = default;
    };

    explicit NearestList(QWidget* parent = nullptr);
    /// `what` stands above the ids.
    void setColumns(const QString& what, const QVector<Column>& columns);
    void setStars(const QVector<Star>& stars);
    const QVector<Star>& stars() const { return m_stars; }
    int current() const { return m_current; }
    QRect lineRect(int line) const;

    QSize sizeHint() const override { return {0, (mostLines + 1) * lineHeight()}; }
    QSize minimumSizeHint() const override { return {0, (leastLines + 1) * lineHeight()}; }

signals:
    void activated(int line);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    int lineHeight() const;
    int shownLines() const;
    int lineAt(const QPoint& at) const; ///< -1 for none
    void setCurrent(int line);
    void describe();
    void paintHeader(QPainter& painter) const;
    void paintLine(QPainter& painter, int line) const;
    QVector<int> rightEdges() const;

    QString m_what;
    QVector<Column> m_columns;
    QVector<Star> m_stars;
    int m_current = 0, m_under = -1;
};

} // namespace zscape
