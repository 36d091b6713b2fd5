#pragma once

#include "widgets/figure/figure_page.h"

#include <QByteArray>
#include <QImage>

#include <filesystem>

namespace zscape {

enum class FigureFormat { Pdf, Svg, Png };
/// By the ending: .pdf, .svg, .png. Throws Error for any other.
FigureFormat figureFormatOf(const std::filesystem::path& path);

/// Throws Error when a style cannot be drawn: width, font size or dpi out of bounds.
void checkStyle(const FigureStyle& style);

/// The whole file. Fonts: in PDF embedded, in SVG and PNG letters are shapes, so that no font can be missing.
/// Metadata: title, catalogue, model, version and the command that redraws it. Equal figures give equal bytes. Throws
/// Error when the figure is too large to be drawn.
QByteArray figureFile(const Figure& figure, FigureFormat format);
/// The page as it will be, for previews: `dpi` of the picture only, the figure's own for its bitmaps.
QImage figurePreview(const Figure& figure, int dpi);

/// Writes the figure, and its numbers as F.csv beside it; both appear only when complete. Throws Error.
void writeFigure(const Figure& figure, const std::filesystem::path& path, bool csv = true);

} // namespace zscape
