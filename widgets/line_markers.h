#pragma once

#include "core/xp/spectral_lines.h"

#include <qcustomplot.h>

#include <bitset>

namespace zscape {

/// Thin vertical lines at the wavelengths of spectral lines, with their names at the top of an axis rect. Names that
/// would overlap go to a lower row, and are left out when there is no row left (zooming in brings them back).
class LineMarkers : public QCPLayerable {
public:
    LineMarkers(QCPAxisRect& rect, const QString& layer);

    void setGroupVisible(LineGroup group, bool visible);
    bool isGroupVisible(LineGroup group) const;
    void setColours(const QColor& line, const QColor& text);
    void setFont(const QFont& font) { m_font = font; }
    /// Descriptions of the visible lines within `tolerance_nm` of a wavelength.
    QStringList linesNear(double wavelength_nm, double tolerance_nm) const;

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;
    QRect clipRect() const override;

private:
    QPointer<QCPAxisRect> m_rect;
    std::bitset<lineGroups.size()> m_visible;
    QColor m_line, m_text;
    QFont m_font;
};

QString lineGroupName(LineGroup group); ///< "Balmer", "Paschen", "Mg", "Ca", "Fe"

} // namespace zscape
