#pragma once

#include "widgets/summaries.h"

#include <QWidget>

#include <optional>

class QLabel;
class QTextBrowser;
class QToolButton;

namespace zscape {

/// The STAR panel: source_id, labels and latents of the picked star. Everything in it can be selected and copied.
class StarPanel : public QWidget {
    Q_OBJECT
public:
    explicit StarPanel(QWidget* parent = nullptr);

    /// `canBeHeld`: whether its spectrum can be kept in a panel of its own.
    void setStar(const std::optional<StarDetails>& star, bool canBeHeld = true);
    QString plainText() const; ///< what the table shows

signals:
    void holdRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    void write();

    std::optional<StarDetails> m_star;
    QLabel *m_empty = nullptr, *m_name = nullptr;
    QToolButton *m_copy = nullptr, *m_hold = nullptr;
    QTextBrowser* m_table = nullptr;
};

} // namespace zscape
