#include "widgets/figure/figure_csv.h"

#include "widgets/figure/star_image.h"

#include <charconv>
#include <cmath>

namespace zscape {

namespace {

template <typename T>
void append(std::string& out, T value) {
    char digits[32];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
    out.append(digits, end);
}

std::string quoted(const QString& text) {
    std::string plain = text.toStdString();
    if (plain.find_first_of(",\"\n") == std::string::npos) return plain;
    std::string result = "\"";
    for (const char c : plain) {
        result += c;
        if (c == '"') result += '"';
    }
    return result + '"';
}

/// Rich text without its tags: "T_eff [K]".
std::string plainLabel(QString html) {
    html.replace(QStringLiteral("<sub>"), QStringLiteral("_"));
    html.replace(QStringLiteral("<sup>"), QStringLiteral("^"));
    for (const char* tag : {"<i>", "</i>", "</sub>", "</sup>", "<b>", "</b>"})
        html.remove(QLatin1String(tag));
    html.replace(QStringLiteral("&nbsp;"), QStringLiteral(" "));
    html.replace(QStringLiteral("&lt;"), QStringLiteral("<"));
    html.replace(QStringLiteral("&gt;"), QStringLiteral(">"));
    html.replace(QStringLiteral("&amp;"), QStringLiteral("&"));
    return html.toStdString();
}

class CsvRows {
public:
    CsvRows(std::string& out, const FigurePanel& panel) : m_out(out), m_panel(panel) {}

    void rows(const StarsLayer& layer) {
        const Viewport view{m_panel.x, m_panel.y, 1, 1};
        for (std::size_t star = 0; star < layer.x->size(); ++star) {
            if (layer.shown && !layer.shown->test(star)) continue;
            const double x = view.pixelX((*layer.x)[star]), y = view.pixelY((*layer.y)[star]);
            if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) continue;
            const int one = layer.classes.of ? (*layer.classes.of)[star] : 0;
            begin(one > 0 ? layer.classes.names[static_cast<std::size_t>(one - 1)] : layer.name, (*layer.x)[star],
                  (*layer.y)[star]);
            if (layer.labels) append(m_out, (*layer.labels)[star]);
            m_out += ",,";
            if (layer.sourceIds) append(m_out, (*layer.sourceIds)[star]);
            m_out += '\n';
        }
    }
    void rows(const DensityLayer& layer) {
        bins(layer.name, binStars(layer.x, layer.y, layer.shown.get(), m_panel.x, m_panel.y, layer.binsX, layer.binsY));
    }
    void rows(const ContourLayer& layer) {
        const auto levels = contourLines(layer, m_panel);
        for (std::size_t i = 0; i < levels.size(); ++i) {
            for (const std::vector<QPointF>& line : levels[i]) {
                for (const QPointF& point : line) {
                    row(layer.name, point.x(), point.y(), layer.enclosed[i], {});
                }
            }
        }
    }
    void rows(const CurveLayer& layer) {
        for (const QPointF& point : layer.points) {
            row(layer.name, point.x(), point.y(), {}, {});
        }
    }
    void rows(const MarkerLayer& layer) {
        for (std::size_t i = 0; i < layer.points.size(); ++i) {
            row(layer.name, layer.points[i].x(), layer.points[i].y(),
                layer.values.empty() ? std::optional<double>() : layer.values[i],
                layer.counts.empty() ? std::optional<std::size_t>() : layer.counts[i]);
        }
    }
    void rows(const StepsLayer& layer) {
        for (std::size_t i = 0; i < layer.heights.size(); ++i) {
            row(layer.name, 0.5 * (layer.edges[i] + layer.edges[i + 1]), layer.heights[i], {}, {});
        }
    }
    void rows(const BandLayer& layer) {
        for (std::size_t i = 0; i < layer.x.size(); ++i) {
            row(layer.name + QStringLiteral(" (lower)"), layer.x[i], layer.lower[i], {}, {});
            row(layer.name + QStringLiteral(" (upper)"), layer.x[i], layer.upper[i], {}, {});
        }
    }
    void rows(const VerticalsLayer& layer) {
        for (const double x : layer.x) {
            row(layer.name, x, std::nan(""), {}, {});
        }
    }
    void rows(const TicksLayer& layer) {
        for (std::size_t i = 0; i < layer.x.size(); ++i) {
            row(layer.name, layer.x[i], std::nan(""), layer.values.empty() ? std::optional<double>() : layer.values[i],
                layer.counts.empty() ? std::optional<std::size_t>() : layer.counts[i]);
        }
    }

    void rows(const CellsLayer& layer) {
        for (const CellsLayer::Cell& cell : layer.cells) {
            row(cell.name, cell.at.x(), cell.at.y(), cell.value, cell.count);
        }
    }

private:
    template <typename T>
    void begin(const QString& layer, T x, T y) {
        m_out += quoted(m_panel.name);
        m_out += ',';
        m_out += quoted(layer);
        m_out += ',';
        if (std::isfinite(x)) append(m_out, x);
        m_out += ',';
        if (std::isfinite(y)) append(m_out, y);
        m_out += ',';
    }
    void row(const QString& layer, double x, double y, std::optional<double> value, std::optional<std::size_t> stars) {
        begin(layer, x, y);
        if (value) append(m_out, *value);
        m_out += ',';
        if (stars) append(m_out, *stars);
        m_out += ",\n";
    }
    void bins(const QString& name, const StarBins& bins) {
        for (int r = 0; r < bins.rows; ++r) {
            for (int c = 0; c < bins.columns; ++c) {
                if (bins.at(c, r) == 0) continue;
                const QPointF centre = bins.centre(c, r);
                row(name, centre.x(), centre.y(), {}, bins.at(c, r));
            }
        }
    }

    std::string& m_out;
    const FigurePanel& m_panel;
};

/// One line whatever the text holds.
void comment(std::string& out, const std::string& key, std::string text) {
    if (text.empty()) return;
    for (char& c : text) {
        if (c == '\n' || c == '\r') c = ' ';
    }
    out += "# " + key + ": " + text + '\n';
}

} // namespace

std::string figureCsv(const Figure& figure) {
    std::string out;
    const FigureOrigin& origin = figure.origin;
    comment(out, "figure", origin.title);
    comment(out, "catalogue", origin.catalogue + (origin.mock ? " (mock stars, not observed)" : ""));
    comment(out, "catalogue content", origin.catalogueHash);
    comment(out, "model", origin.model);
    comment(out, "made by", origin.version);
    comment(out, "command", origin.command);
    for (const std::string& remark : origin.remarks) {
        comment(out, "note", remark);
    }
    for (const FigurePanel& panel : figure.panels) {
        comment(out, "panel " + panel.name.toStdString(),
                "x = " + plainLabel(panel.xLabel) + ", y = " + plainLabel(panel.yLabel));
    }
    out += "panel,layer,x,y,value,stars,source_id\n";
    for (const FigurePanel& panel : figure.panels) {
        CsvRows rows(out, panel);
        for (const FigureLayer& layer : panel.layers) {
            std::visit([&](const auto& one) { rows.rows(one); }, layer);
        }
    }
    return out;
}

std::filesystem::path csvBeside(const std::filesystem::path& figure) {
    std::filesystem::path path = figure;
    return path.replace_extension(".csv");
}

} // namespace zscape
