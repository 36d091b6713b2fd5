#include "widgets/section_title.h"

namespace zscape {

SectionTitle::SectionTitle(const QString& text, QWidget* parent) : QLabel(text.toUpper(), parent) {
    QFont heading = font();
    heading.setWeight(QFont::DemiBold);
    heading.setLetterSpacing(QFont::AbsoluteSpacing, 0.6);
    setFont(heading);
    setForegroundRole(QPalette::PlaceholderText);
    setAccessibleName(text);
    setObjectName(QStringLiteral("sectionTitle"));
}

QLabel* makeMutedLabel(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

} // namespace zscape
