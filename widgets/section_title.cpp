#include "widgets/section_title.h"

#include <algorithm>

namespace zscape {

QString headingText(const QString& title) {
    QStringList words = title.split(u' ');
    for (QString& word : words) {
        if (std::ranges::none_of(word, [](QChar c) { return c.isNumber() || c == u'_'; })) word = word.toUpper();
    }
    return words.join(u' ');
}

SectionTitle::SectionTitle(const QString& text, QWidget* parent) : QLabel(headingText(text), parent) {
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
