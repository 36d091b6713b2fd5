#pragma once

#include <QString>
#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QPushButton;
class QTableWidget;

namespace zscape {

/// The DROPPED STARS panel: the stars of files that were dropped on the window, one a line, to be picked. Passive;
/// lives on the UI thread.
class DroppedStarsPanel : public QWidget {
    Q_OBJECT
public:
    explicit DroppedStarsPanel(QWidget* parent = nullptr);

    struct Line {
        QString name;      ///< its source_id
        QString magnitude; ///< "12.31", or an em dash
        QString file;
        QString remark; ///< why it has no place in the latent space; "" when it has one
    };
    void setStars(const std::vector<Line>& lines);
    void setPicked(std::optional<std::size_t> star);
    /// What stands in the way, what runs, or what can be done here.
    void setMessage(const QString& text);
    QString message() const;

signals:
    void starPicked(std::size_t star);
    void clearRequested();

private:
    QTableWidget* m_table = nullptr;
    QLabel* m_message = nullptr;
    QPushButton* m_clear = nullptr;
};

} // namespace zscape
