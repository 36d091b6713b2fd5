#pragma once

#include "core/plot/class_mark.h"
#include "core/tracks/track_options.h"

#include <QStringList>
#include <QWidget>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;
class QTableWidget;

namespace zscape {

/// The TRACKS panel: which tracks to draw, from which stars, with every count and width in a table to edit, and what
/// came of it. Passive; lives on the UI thread.
class TracksPanel : public QWidget {
    Q_OBJECT
public:
    explicit TracksPanel(QWidget* parent = nullptr);

    /// What the user asks for.
    struct Request {
        std::vector<TrackKind> kinds; ///< those that are ticked
        TrackOptions options;
        TrackFlavour flavour = TrackFlavour::Paper;
        QString among;                           ///< "" takes the usual stars of each kind
        bool colourAlong = true;                 ///< points coloured by their place along their track
        std::set<std::string> hidden;            ///< names of tracks that are made but not drawn
        std::map<std::string, unsigned> colours; ///< 0xAARRGGBB of lines that do not have the usual one, by name
        bool operator==(const Request&) const = default;
    };
    const Request& request() const { return m_request; }
    void setRequest(const Request& request); ///< without a signal
    /// Names to take stars from, beside "as the paper" and "all stars"; a formula can be typed.
    void setSources(const QStringList& names);
    /// What was made, in the list to show, hide and colour.
    struct Made {
        std::string name;
        QString text;                       ///< "MS: 15 of 15 bins, 2,031 stars"
        unsigned colour = 0;                ///< 0xAARRGGBB of its line
        ClassMark mark = ClassMark::Circle; ///< at its points
    };
    void setMade(const std::vector<Made>& tracks);
    /// What stands in the way, or what runs; "" takes it away.
    void setMessage(const QString& text);

signals:
    void changed();
    /// To choose another colour for the line of a track.
    void colourWished(const std::string& name);
    /// To draw a line by hand in the map.
    void drawRequested();
    void drawnCleared();

private:
    struct Field {
        QString name;
        QString tip;
        std::function<double(const TrackOptions&)> get;
        std::function<void(TrackOptions&, double)> set;
        bool whole = false;
    };
    void makeFields();
    void addBins(const QString& name, std::function<TrackBins&(TrackOptions&)> bins);
    void fillTable();
    void takeCell(int row);
    void takeChoices();
    void showBeginning();
    void takeShown();

    Request m_request;
    std::vector<Field> m_fields;
    std::size_t m_drawnFields = 0; ///< how many at the end are of tracks drawn by hand
    QListWidget* m_kinds = nullptr;
    QComboBox *m_among = nullptr, *m_flavour = nullptr;
    QCheckBox* m_along = nullptr;
    QTableWidget* m_table = nullptr;
    QListWidget* m_made = nullptr;
    QLabel* m_message = nullptr;
    QPushButton* m_clear = nullptr;
    bool m_filling = false;
};

/// "Main sequence", "Giant branch", ... as the panel and the menus call them.
QString trackKindText(TrackKind kind);
/// One sentence on what it is.
QString trackKindHelp(TrackKind kind);

} // namespace zscape
