#pragma once

#include <QLabel>

namespace zscape {

/// A heading in capitals, but for symbols, whose letters mean what they are: "HISTOGRAM OF z1".
QString headingText(const QString& title);

/// The quiet heading of a panel: CATALOGUE, SPECTRUM, LATENT POINT. Its object name is "sectionTitle": a dock that has
/// the same title hides it.
class SectionTitle : public QLabel {
public:
    explicit SectionTitle(const QString& text, QWidget* parent = nullptr);
};

/// A label in the theme's secondary text colour.
QLabel* makeMutedLabel(const QString& text, QWidget* parent = nullptr);

} // namespace zscape
