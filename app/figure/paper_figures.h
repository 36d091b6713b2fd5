#pragma once

#include "app/figure/figure_builder.h"

/// One function a figure; numbers as in method.md section 6. Internal to app/figure: figure_list.h names them.
namespace zscape {

Figure labelCutsFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job);    ///< Fig 1
Figure kielFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job);         ///< Fig 2
Figure kielLatentFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job);   ///< Fig 10
Figure trackSpectraFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job); ///< Fig 11
Figure metallicityFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job);  ///< Fig 12
Figure alphaFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job);        ///< Fig 13
Figure alphaForestFigure(const FigureInput& input, const FigureChoice& choice,
                         const JobContext& job); ///< Fig 14, Table 1
Figure coefficientErrorsFigure(const FigureInput& input, const FigureChoice& choice,
                               const JobContext& job); ///< Figs 5, 6, 9
Figure wavelengthErrorsFigure(const FigureInput& input, const FigureChoice& choice,
                              const JobContext& job);                                             ///< Figs 7-9
Figure cornerFigure(const FigureInput& input, const FigureChoice& choice, const JobContext& job); ///< Fig 15

/// Stars with good labels, giants and main sequence, and the line between them; no legend, no tracks.
FigurePanel kielPanel(FigureBuilder& builder);

/// The lower triangle of latents against each other: limits +-1.95, 101 bins, grey density by the square root of the
/// count; on the diagonal histograms, each alone in its panel and scaled to `histogramTop` of the panel's height.
struct CornerBlock {
    std::vector<std::string> latents;
    std::shared_ptr<const BitSet> stars;
    double left_mm = 0, right_mm = 0, top_mm = 0;
    QString name;        ///< before the panels' names
    bool counts = false; ///< the diagonal tells counts; else it runs from 0 to 1, for cumulative curves
    double limit = 1.95;
    int bins = 101;
};
/// Panels appended to the figure: index of row r, column c (c <= r) at [r][c].
std::vector<std::vector<int>> appendCorner(FigureBuilder& builder, const CornerBlock& block);
/// After layers were added: sets the frames, returns the lower edge.
double arrangeCorner(Figure& figure, const CornerBlock& block, const std::vector<std::vector<int>>& cells);

} // namespace zscape
